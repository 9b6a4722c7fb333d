"""The hub's configuration: its settings from the environment, and the file of its city's agencies."""
