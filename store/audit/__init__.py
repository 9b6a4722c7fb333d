"""The audit log: who read whose data. An entry is written before the data are given, and entries form a chain."""
