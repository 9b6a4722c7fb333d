"""Origins of web pages, as browsers name them (RFC 6454): `https://app.example`."""

import re
from urllib.parse import urlsplit

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


def is_origin(text: str) -> bool:
    """Whether a browser could send this origin: lower case, no path, no user, no wildcard."""
    return bool(_ORIGIN.fullmatch(text)) and urlsplit(text).hostname is not None
