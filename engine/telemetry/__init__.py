"""What the hub shows of its work to those who run it: metrics, traces, and lines in the log."""
