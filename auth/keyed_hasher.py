"""Keyed hashes: names that reveal nothing, and the links of the audit log's chain."""

import hashlib
import hmac
import re
from collections.abc import Iterable

from auth.subject import Subject, sub

LENGTH = 32
"""The length of a name in hexadecimal digits: 128 bits, so that no two things have the same name."""


NUMBERED = re.compile(r"[0-9]{15}")
"""A name with as many digits in a row as a person's number."""


class KeyedHasher:
    """A separate key for each use, all from `SIMPUL_IDENTITY_SECRET`. One key reveals nothing about another."""

    def __init__(self, secret: bytes) -> None:
        self._keys = {use: _digest(secret, use) for use in ("subject", "chain", "pseudonym", "api key")}

    def subject(self, about: Subject) -> str:
        """The name of a subject in the audit log. Without the key, nobody can find a NIK by trying all numbers."""
        return self._name("subject", about.kind.value, about.value)

    def subjects(self, about: Iterable[Subject]) -> list[str]:
        """All names under which the audit log may hold entries about these subjects.

        Old entries have names from before the kinds of subjects were distinguished.
        """
        about = list(about)
        untold = [self._name("subject", each.untold) for each in about if each.untold is not None]
        return [*map(self.subject, about), *untold]

    def reader(self, name: str) -> str:
        """The name of a reader in the audit log: the provider's name, or a keyed hash if it contains a long number."""
        return self.subject(sub(name)) if NUMBERED.search(name) else name

    def pseudonym(self, app: str, person: str) -> str:
        """The name of a person for one app. It is always the same, and different for each app."""
        return self._name("pseudonym", app, person)

    def api_key(self, key: str) -> str:
        """The hash by which an app's key is found. The key itself is not kept."""
        return self._name("api key", key)

    def link(self, previous: str, entry: bytes) -> str:
        """The link from an entry to the one before it, in full length."""
        return _digest(self._keys["chain"], previous, entry).hex()

    def _name(self, use: str, *values: str) -> str:
        return _digest(self._keys[use], *values).hex()[:LENGTH]


def _digest(key: bytes, *values: str | bytes) -> bytes:
    """HMAC-SHA256 over the values. Each value has its length before it, so that different lists never look the same."""
    made = hmac.new(key, digestmod=hashlib.sha256)
    for value in values:
        raw = value.encode() if isinstance(value, str) else value
        made.update(len(raw).to_bytes(8, "big") + raw)
    return made.digest()
