"""Whether somebody listens at a port, or can: asked before anything else is made ready for it."""

import errno
import socket


def refused(host: str, port: int) -> str | None:
    """Why nobody can listen there now; None where one can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return "it is taken" if error.errno == errno.EADDRINUSE else str(error.strerror).lower()
    return None


def listens(host: str, port: int) -> bool:
    """Whether somebody does."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
