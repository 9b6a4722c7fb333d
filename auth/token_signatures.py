"""The signatures of tokens. One that was verified is not verified again while its key is the same.

A person asks many times with the same token. Nothing of a token is kept but a digest, by which nobody reads or makes
it. When it ends, and what it claims, is looked at each time.
"""

import json
from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from auth.jwks_cache import PublicKey
from connectors.kit.late import late

if TYPE_CHECKING:
    from joserfc import jws, jwt
else:
    jws, jwt = late("joserfc.jws"), late("joserfc.jwt")

MOST = 4_096
"""How many tokens are known at a time; the least recently used one is forgotten."""


class TokenSignatures:
    """The tokens of one provider."""

    def __init__(self) -> None:
        self._verified: LRUCache[bytes, PublicKey] = LRUCache(MOST)

    def claims(self, token: str, known: PublicKey, algorithm: str) -> dict[str, Any]:
        """What a token claims, if this key signed it by this algorithm; raises what joserfc raises."""
        digest = sha256(token.encode()).digest()
        if self._verified.get(digest) is known:
            payload = token.split(".")[1]
            claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            return claims
        registry = jws.JWSRegistry(algorithms=[algorithm])
        claims = jwt.decode(token, known.key, algorithms=[algorithm], registry=registry).claims
        self._verified[digest] = known
        return claims
