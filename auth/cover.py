"""Encrypted codes for the ids of personal things. Only the hub can read them.

Ids stand in caches, addresses and logs of others, so nobody may read a NOP or the code of a booking in them. AES-SIV
(RFC 5297) always makes the same id from the same code, which the cache of a client needs. It also rejects an id that
was not made with the hub's key.
"""

import base64
import hashlib
import hmac
from functools import cached_property
from typing import TYPE_CHECKING

from connectors.kit.late import late

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives.ciphers import aead
else:
    exceptions, aead = late("cryptography.exceptions"), late("cryptography.hazmat.primitives.ciphers.aead")


class Cover:
    """Encrypts with one key, from `SIMPUL_IDENTITY_SECRET`. Without an identity provider it is from `SIMPUL_SECRET`."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"ids", hashlib.sha512)

    @cached_property
    def _cipher(self) -> "aead.AESSIV":
        return aead.AESSIV(self._key)

    def put(self, kind: str, code: str) -> str:
        """The encrypted code of a thing of this kind."""
        covered = self._cipher.encrypt(code.encode(), [kind.encode()])
        return base64.urlsafe_b64encode(covered).decode("ascii").rstrip("=")

    def lifted(self, kind: str, covered: str) -> str | None:
        """The code again; None if it was not made by this hub, or for another kind."""
        try:
            raw = base64.b64decode(covered + "=" * (-len(covered) % 4), altchars=b"-_", validate=True)
            return self._cipher.decrypt(raw, [kind.encode()]).decode()
        except (ValueError, exceptions.InvalidTag):
            return None
