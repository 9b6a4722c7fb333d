"""Keyed hashes: names that reveal nothing, and the links of the audit log's chain."""

import hashlib
import hmac
import re
from collections.abc import Sequence

from auth.keyring import Keyring, id_of, ring_of
from auth.subject import Subject, sub

LENGTH = 32
"""The length of a name in hexadecimal digits: 128 bits, so that no two things have the same name."""


NUMBERED = re.compile(r"[0-9]{15}")
"""A name with as many digits in a row as a person's number."""


class KeyedHasher:
    """A separate key for each use, all from `SIMPUL_IDENTITY_SECRET`. One key reveals nothing about another.

    What is written is written under the secret that writes, and found under all that are read. Pseudonyms alone are
    always made of the oldest, because apps and agencies know people by them.
    """

    def __init__(self, secret: bytes | Keyring) -> None:
        ring = ring_of(secret)
        self._keys = {use: _digest(ring.secret, use) for use in ("subject", "chain", "api key")}
        self._keys["pseudonym"] = _digest(ring.oldest, "pseudonym")
        self._seals = {id_of(each): _digest(each, "chain") for each in ring.newest_first}
        self._others = [{use: _digest(each, use) for use in ("subject", "api key")} for each in ring.others]

    @property
    def seals(self) -> tuple[str, ...]:
        """The ids of all secrets under which entries may be sealed, the newest first."""
        return tuple(self._seals)

    def subject(self, about: Subject) -> str:
        """The name of a subject in the audit log. Without the key, nobody can find a NIK by trying all numbers."""
        return self._name("subject", about.kind.value, about.value)

    def subjects(self, about: Sequence[Subject]) -> list[str]:
        """All names under which the audit log may hold entries about these subjects.

        Old entries have names from before the kinds of subjects were distinguished, and from before a secret was
        replaced.
        """
        told: list[tuple[str, ...]] = [(each.kind.value, each.value) for each in about]
        told += [(each.untold,) for each in about if each.untold is not None]
        keys = [self._keys["subject"], *(each["subject"] for each in self._others)]
        return [_digest(key, *values).hex()[:LENGTH] for key in keys for values in told]

    def reader(self, name: str) -> str:
        """The name of a reader in the audit log: the provider's name, or a keyed hash if it contains a long number."""
        return self.subject(sub(name)) if NUMBERED.search(name) else name

    def readers(self, name: str) -> frozenset[str]:
        """All names under which this reader may stand in the audit log."""
        return frozenset((name, self.reader(name), *(self.subjects([sub(name)]) if NUMBERED.search(name) else ())))

    def pseudonym(self, app: str, person: str) -> str:
        """The name of a person for one app. It is always the same, and different for each app."""
        return self._name("pseudonym", app, person)

    def api_key(self, key: str) -> str:
        """The hash by which an app's key is found. The key itself is not kept."""
        return self._name("api key", key)

    def api_keys(self, key: str) -> list[str]:
        """All hashes by which this key may be kept."""
        return [self.api_key(key), *(_digest(each["api key"], key).hex()[:LENGTH] for each in self._others)]

    def link(self, previous: str, entry: bytes) -> str:
        """The link from an entry to the one before it, in full length."""
        return _digest(self._keys["chain"], previous, entry).hex()

    def links(self, previous: str, entry: bytes) -> dict[str, str]:
        """The id of the secret by each link that the entry may have."""
        return {_digest(key, previous, entry).hex(): name for name, key in self._seals.items()}

    def _name(self, use: str, *values: str) -> str:
        return _digest(self._keys[use], *values).hex()[:LENGTH]


def _digest(key: bytes, *values: str | bytes) -> bytes:
    """HMAC-SHA256 over the values. Each value has its length before it, so that different lists never look the same."""
    made = hmac.new(key, digestmod=hashlib.sha256)
    for value in values:
        raw = value.encode() if isinstance(value, str) else value
        made.update(len(raw).to_bytes(8, "big") + raw)
    return made.digest()
