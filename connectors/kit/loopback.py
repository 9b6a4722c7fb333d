"""The names of this machine itself. What is sent there does not leave it."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
