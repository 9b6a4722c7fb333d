"""Weather: what is forecast for each kelurahan, which warnings are in force, and which earthquakes were felt."""
