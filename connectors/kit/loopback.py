"""The names of this machine itself: what is sent there leaves it by no wire."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
