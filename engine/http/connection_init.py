"""Who opens a WebSocket, by what `connection_init` says; a browser cannot send headers with one."""

import re
from typing import Any

from starlette.datastructures import Headers

from engine.http.authentication import CREDENTIALS, DECLARING
from engine.http.timeout import TIMEOUT

SAID_AT_FIRST = frozenset({*CREDENTIALS, *DECLARING, TIMEOUT, "accept-language"})
"""What the payload may say instead of headers: by itself, or in an object `headers`."""
LIKE_CREDENTIALS = frozenset(
    "apikey xapikey auth authentication authorisation authorization accesstoken authtoken bearer bearertoken "
    "idtoken jwt token usertoken".split()
)
"""What other servers call credentials, without its signs: not understood here, and so refused."""


class InvalidInit(Exception):
    """The payload says something that cannot be taken for what it may be meant as."""


def headers_of(handshake: Headers, payload: dict[str, Any]) -> Headers:
    """The headers of the handshake, and what the payload says besides; null and an empty text say nothing.

    Raises `InvalidInit` rather than to take somebody for nobody.
    """
    said = [(name.lower(), value) for name, value in payload.items() if name.lower() != "headers"]
    for name, headers in payload.items():
        if name.lower() == "headers" and headers is not None:
            if not isinstance(headers, dict):
                raise InvalidInit("headers is an object")
            said += [(each.lower(), value) for each, value in headers.items()]
    raw = [(name.encode(), value.encode()) for name, value in said if _says(name, value)]
    instead = {name.decode() for name, _ in raw if name == b"accept-language"}
    return Headers(raw=[*((name, value) for name, value in handshake.raw if name.decode() not in instead), *raw])


def _says(name: str, value: object) -> bool:
    if value is None or (isinstance(value, str) and not value.strip()):
        return False
    if name in SAID_AT_FIRST:
        if not isinstance(value, str):
            raise InvalidInit("What stands for a header is a text")
        return True
    if re.sub("[^a-z]", "", name) in LIKE_CREDENTIALS:
        raise InvalidInit("Say who you are by Authorization or x-api-key")
    return False
