"""The key under which an answer is kept. Agency and read are readable; the arguments are a keyed hash."""

import hashlib
import hmac
from typing import Any

import msgspec

from connectors.kit.read import Read


class CacheKeys:
    """Makes keys. Without `secret`, nobody can find the arguments of a key or forge a key."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def key(self, read: Read[Any]) -> str:
        """`agency@edition:read`, and 128 bits of HMAC-SHA256 over the arguments, if there are any.

        What was kept of an agency under its former address or options is never taken for what it says now.
        """
        edition = f"@{read.agency.edition}" if read.agency.edition else ""
        named = f"{read.agency.code}{edition}:{read.name}"
        if not read.arguments:
            return named
        asked = msgspec.msgpack.encode(read.arguments)
        return f"{named}:{hmac.digest(self._secret, asked, hashlib.sha256)[:16].hex()}"
