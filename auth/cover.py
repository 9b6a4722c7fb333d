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

from auth.keyring import Keyring, ring_of
from connectors.kit.late import late

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives.ciphers import aead
else:
    exceptions, aead = late("cryptography.exceptions"), late("cryptography.hazmat.primitives.ciphers.aead")


class Cover:
    """Encrypts with a key from `SIMPUL_IDENTITY_SECRET`. Without an identity provider it is from `SIMPUL_SECRET`.

    What was encrypted under another secret that is still read can be read.
    """

    def __init__(self, secret: bytes | Keyring) -> None:
        ring = ring_of(secret)
        self._key, *self._others = (hmac.digest(each, b"ids", hashlib.sha512) for each in (ring.secret, *ring.others))

    @cached_property
    def _cipher(self) -> "aead.AESSIV":
        return aead.AESSIV(self._key)

    @cached_property
    def _ciphers(self) -> "tuple[aead.AESSIV, ...]":
        return (self._cipher, *map(aead.AESSIV, self._others))

    def put(self, kind: str, code: str) -> str:
        """The encrypted code of a thing of this kind."""
        covered = self._cipher.encrypt(code.encode(), [kind.encode()])
        return base64.urlsafe_b64encode(covered).decode("ascii").rstrip("=")

    def lifted(self, kind: str, covered: str) -> str | None:
        """The code again; None if it was not made by this hub, or for another kind."""
        try:
            raw = base64.b64decode(covered + "=" * (-len(covered) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(raw, [kind.encode()]).decode()
            except (ValueError, exceptions.InvalidTag):
                continue
        return None
