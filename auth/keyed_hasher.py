"""What is reckoned under the hub's own key: names that say nothing, and the links of the record's chain."""

import hashlib
import hmac
import re
from collections.abc import Iterable

from auth.subject import Subject, sub

LENGTH = 32
"""Hexadecimal digits of a name: 128 bits, so that no two things share one."""


NUMBERED = re.compile(r"[0-9]{15}")
"""A name that has as many digits in a row as a person's number."""


class KeyedHasher:
    """One key for each use, all from `SIMPUL_IDENTITY_SECRET`: what is known of one says nothing of another."""

    def __init__(self, secret: bytes) -> None:
        self._keys = {use: _digest(secret, use) for use in ("subject", "chain", "pseudonym", "api key")}

    def subject(self, about: Subject) -> str:
        """The name of a subject in the record; who has the record cannot try all NIKs without the key."""
        return self._name("subject", about.kind.value, about.value)

    def subjects(self, about: Iterable[Subject]) -> list[str]:
        """All names under which entries about these stand, those from before kinds were told apart among them."""
        about = list(about)
        untold = [self._name("subject", each.untold) for each in about if each.untold is not None]
        return [*map(self.subject, about), *untold]

    def reader(self, name: str) -> str:
        """How entries call somebody whom the provider calls so: alike, or by a keyed name where it has a number."""
        return self.subject(sub(name)) if NUMBERED.search(name) else name

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
