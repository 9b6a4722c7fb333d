"""The secrets of one use, so that one of them can be replaced without losing what was written under the others."""

import hashlib
import hmac
from typing import NamedTuple

ID = 8
"""Hexadecimal digits of the id of a secret. They follow from it and say nothing about it."""


class Keyring(NamedTuple):
    """`secret` is used to write, and all are used to read.

    `before` are those that were used to write once, the newest first. `next` will be used to write. Another hub that
    shares the store may use it already.
    """

    secret: bytes
    before: tuple[bytes, ...] = ()
    next: bytes | None = None

    @property
    def newest_first(self) -> tuple[bytes, ...]:
        """All of them."""
        return (*((self.next,) if self.next else ()), self.secret, *self.before)

    @property
    def others(self) -> tuple[bytes, ...]:
        """Those that are only read."""
        return tuple(each for each in self.newest_first if each != self.secret)

    @property
    def oldest(self) -> bytes:
        """The first that was ever used: what has to stay the same for good follows from it."""
        return self.before[-1] if self.before else self.secret


def ring_of(secret: bytes | Keyring) -> Keyring:
    """A ring of one, or the ring itself."""
    return secret if isinstance(secret, Keyring) else Keyring(secret)


def id_of(secret: bytes) -> str:
    """By what people and the log name a secret."""
    return hmac.digest(secret, b"id of a secret", hashlib.sha256).hex()[:ID]
