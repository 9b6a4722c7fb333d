"""Under which key an answer is kept: readable as to agency and read, a keyed hash as to what was asked."""

import hashlib
import hmac
from typing import Any

import msgspec

from connectors.kit.read import Read


class CacheKeys:
    """Names keys. Without `secret` nobody can find out from a key for whom or what was asked, nor forge one."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def key(self, read: Read[Any]) -> str:
        """`agency:read`, and 128 bits of HMAC-SHA256 over the arguments where there are any."""
        named = f"{read.agency.code}:{read.name}"
        if not read.arguments:
            return named
        asked = msgspec.msgpack.encode(read.arguments)
        return f"{named}:{hmac.digest(self._secret, asked, hashlib.sha256)[:16].hex()}"
