"""What is reckoned under the hub's own key: names that say nothing, and the links of the record's chain."""

import hashlib
import hmac

LENGTH = 32
"""Hexadecimal digits of a name: 128 bits, so that no two things share one."""


class Seal:
    """One key for each use, all from `SIMPUL_IDENTITY_SECRET`: what is known of one says nothing of another."""

    def __init__(self, secret: bytes) -> None:
        self._keys = {use: _digest(secret, use) for use in ("subject", "chain", "pseudonym", "api key")}

    def subject(self, person: str) -> str:
        """The name of a person in the record; who has the record cannot try all NIKs without the key."""
        return self._name("subject", person)

    def pseudonym(self, app: str, person: str) -> str:
        """The name of a person for one app: always the same, and for each app another."""
        return self._name("pseudonym", app, person)

    def api_key(self, key: str) -> str:
        """By what an app's key is found again; the key itself is kept nowhere."""
        return self._name("api key", key)

    def link(self, previous: str, entry: bytes) -> str:
        """The link of an entry to the one before it, in full length."""
        return _digest(self._keys["chain"], previous, entry).hex()

    def _name(self, use: str, *values: str) -> str:
        return _digest(self._keys[use], *values).hex()[:LENGTH]


def _digest(key: bytes, *values: str | bytes) -> bytes:
    """HMAC-SHA256 over the values, each with its length, so that no two lists of values run together."""
    made = hmac.new(key, digestmod=hashlib.sha256)
    for value in values:
        raw = value.encode() if isinstance(value, str) else value
        made.update(len(raw).to_bytes(8, "big") + raw)
    return made.digest()
