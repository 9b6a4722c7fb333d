"""An answer that is, byte for byte, the one before says the same again. It is not read a second time.

The agency is asked each time. Only what the hub makes of the bytes is spared, and views on the same records stay.
"""

import hashlib
from contextvars import ContextVar
from typing import Any, NamedTuple

from cachetools import LRUCache

QUESTIONS = 200
"""Questions to one connector of which the last answer is known."""


class SaidBefore(NamedTuple):
    """The digest of the bytes of an answer, and what they said."""

    digest: bytes
    records: Any


class SameBytes(Exception):  # noqa: N818, RUF100  it is no failure
    """The answer that came is the one before."""

    def __init__(self, records: Any) -> None:
        super().__init__()
        self.records = records


class BytesHeard:
    """The bytes that come as the answer to one question. `before` is what the last ones said."""

    __slots__ = ("_answers", "_digest", "before")

    def __init__(self, before: SaidBefore | None) -> None:
        self.before = before
        self._digest = b""
        self._answers = 0

    def came(self, body: bytes | bytearray) -> None:
        """The body of an answer."""
        self._answers += 1
        self._digest = hashlib.blake2b(body, digest_size=16).digest()

    def follow_from_more(self) -> None:
        """Another question is asked for the answer: these bytes alone say nothing."""
        self._answers += 2

    @property
    def are_known(self) -> bool:
        """Whether one answer came, and it is that of the last time."""
        return self._answers == 1 and self.before is not None and self.before.digest == self._digest

    def said(self, records: Any) -> SaidBefore | None:
        """What is known for the next time: nothing where there was another number of answers than one."""
        return SaidBefore(self._digest, records) if self._answers == 1 else None


SaidByQuestion = LRUCache[tuple[object, ...], SaidBefore]
"""Of one connector, by the names and the arguments of its reads."""
HEARING: ContextVar[BytesHeard | None] = ContextVar("hearing", default=None)
"""Set while a question is asked whose answer follows from its bytes alone."""
