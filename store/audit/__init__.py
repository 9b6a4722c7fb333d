"""The audit log: who read whose data, written before it is given, and chained."""
