"""The workloads of the table of goals, each in a file of its own."""
