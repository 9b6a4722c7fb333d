"""Codes that only the hub can read: what stands in the id of something of a person's.

An id stands in caches, addresses and logs that are not ours, so no NOP and no code of a booking can be read there.
AES-SIV (RFC 5297) makes the same of the same each time, as a client's cache needs it, and knows what was made by nobody
with its key.
"""

import base64
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class Cover:
    """Of one key, from `SIMPUL_IDENTITY_SECRET`, or from `SIMPUL_SECRET` in a city where nobody signs in."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESSIV(hmac.digest(secret, b"ids", hashlib.sha512))

    def put(self, kind: str, code: str) -> str:
        """The code of something of this kind, covered."""
        covered = self._cipher.encrypt(code.encode(), [kind.encode()])
        return base64.urlsafe_b64encode(covered).decode("ascii").rstrip("=")

    def lifted(self, kind: str, covered: str) -> str | None:
        """The code again; None where it is none of ours, or of another kind."""
        try:
            raw = base64.b64decode(covered + "=" * (-len(covered) % 4), altchars=b"-_", validate=True)
            return self._cipher.decrypt(raw, [kind.encode()]).decode()
        except (ValueError, InvalidTag):
            return None
