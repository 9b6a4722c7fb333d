"""The peers. What is here runs by itself, in the environment of the peer."""
