"""How long the hub may take for an operation: as long as it is configured, or less if the client asks for less."""

import re

from starlette.datastructures import Headers

from engine.execution.request import BadRequest
from engine.http.authentication import only_header
from resolvers.kit.deadline import Deadline

TIMEOUT = "simpul-timeout"
"""The header of a client that cannot wait so long: seconds, as in `0.8`."""
LEAST = 0.05
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


def deadline_of(headers: Headers, most: float) -> Deadline:
    """The deadline of an operation that begins now; raises `BadRequest` if the header says no possible time."""
    asked = only_header(headers, TIMEOUT) if TIMEOUT in headers else None
    if asked is None:
        return Deadline(most)
    seconds = float(asked) if _SECONDS.fullmatch(asked) else 0.0
    if not LEAST <= seconds <= most:
        raise BadRequest(400, "BAD_REQUEST", f"{TIMEOUT} is a number of seconds from {LEAST} to {most:g}.")
    return Deadline(seconds)
