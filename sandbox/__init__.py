"""Stand-in agencies that speak the real protocols over real sockets: for a first run, tests and third parties."""
