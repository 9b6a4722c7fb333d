"""One whole answer as it was encoded, with places for what depends on the moment: the ages of its readings.

The bytes between two ages stay as they are. So an answer that is asked for again is joined, and not made again.
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import NamedTuple

import brotli
import msgspec

from connectors.kit.reading import State
from engine.answers.asked import AskedOperation
from resolvers.kit.provenance import AgencyTouched
from store.kit.copies import Copy

LEAST = 1_000
"""Bytes below which an answer is not compressed: a packet is a packet."""
LARGE = 32_000
"""Bytes from which an answer is compressed in a thread."""
GZIP_LEVEL, BROTLI_QUALITY = 5, 5
SECOND = 1.0
"""Seconds for which a compressed variant is given: an age in it is wrong by less than that."""


_TAG = re.compile(r'"[^"]*"')


class Encoding(Enum):
    """How the bytes of an answer go over the wire."""

    IDENTITY = "identity"
    GZIP = "gzip"
    BROTLI = "br"


class Rendered(NamedTuple):
    """An answer at one moment, in one encoding: its bytes, their strong tag, and until when they are right."""

    body: bytes
    tag: str
    until: float

    def matches(self, tags: str) -> bool:
        """Whether one of the tags of an `If-None-Match` is that of these bytes; a weak tag counts like a strong one."""
        return bool(tags) and (tags.strip() == "*" or self.tag in _TAG.findall(tags))


class Question(NamedTuple):
    """One reading of an answer, as it is counted: its agency, the name of the read or the feed, and its state.

    `born` is the moment since which its age counts.
    """

    agency: str
    name: str
    state: State
    born: float


class KeptContent(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of an answer, and shared between hubs. All moments are of a monotonic clock.

    `pieces` are the bytes around the ages. `born` says for each age since when it counts. `begun` is when the answer
    was made, and `ends` when its life is over. For `revalidate` seconds longer it may be shown while a newer one is
    made. `touched` are its agencies, and `oldest` since when their ages count. `cost` is what it costs of a quota.
    `fields` are the root fields by their keys. `tags` and `copies` say what it was made of. `warnings` are headers that
    warn of what it uses.
    """

    pieces: tuple[bytes, ...]
    born: tuple[float, ...]
    begun: float
    ends: float
    revalidate: float
    live: bool
    cost: int
    audience: str
    language: str
    fields: tuple[tuple[str, str], ...]
    touched: tuple[AgencyTouched, ...]
    oldest: tuple[float, ...]
    readings: tuple[Question, ...]
    tags: frozenset[str]
    copies: tuple[Copy, ...]
    warnings: dict[str, str] = {}


class KeptAnswer:
    """One answer that is kept under a key.

    `dropped` says that something it was made of has changed, and `certain` whether it is known by now that nothing has.
    `asked` is the operation that it answers. Of one that other hubs have too, `versions` are those of its tags, which
    are `trusted` until then.
    """

    __slots__ = (
        *("_shown", "asked", "certain", "content", "dropped", "hits"),
        *("key", "renewed", "size", "trusted", "versions"),
    )

    def __init__(self, key: bytes, content: KeptContent) -> None:
        self.key = key
        self.content = content
        self.asked: AskedOperation | None = None
        self.certain: Callable[[KeptAnswer, float], bool] = lambda _kept, _now: True
        self.dropped = False
        self.hits = 0
        self.renewed = False
        self.versions: tuple[str, ...] = ()
        self.trusted = float("-inf")
        self.size = sum(map(len, content.pieces))
        self._shown: dict[Encoding, Rendered] = {}

    def holds(self, now: float) -> bool:
        """Whether it may be given at this moment of the monotonic clock."""
        return not self.dropped and now < self.content.ends and self.certain(self, now)

    def render(self, now: float, encoding: Encoding = Encoding.IDENTITY) -> bytes | None:
        """The whole body with its ages written in; None if its life is over, or if it would take long to compress."""
        shown = self.shown(now, encoding)
        return shown.body if shown else None

    def shown(self, now: float, encoding: Encoding = Encoding.IDENTITY) -> Rendered | None:
        """The same with its tag."""
        if not self.holds(now):
            return None
        shown = self._shown.get(encoding)
        if shown and now < shown.until:
            return shown
        return self.made_at(now, encoding) if self.is_soon_made(encoding) else None

    def is_soon_made(self, encoding: Encoding) -> bool:
        """Whether nobody has to wait while it is made."""
        return self.size < LARGE or encoding is Encoding.IDENTITY

    def made_at(self, now: float, encoding: Encoding) -> Rendered:
        """The answer as it is at this moment, however long that takes, and whether it is still to be given or not."""
        made = self._whole(now) if encoding is Encoding.IDENTITY else self._compressed(now, encoding)
        self._shown[encoding] = made
        return made

    def encoding(self, wanted: Encoding) -> Encoding:
        """In which encoding it goes to who takes the `wanted` one."""
        return Encoding.IDENTITY if self.size < LEAST else wanted

    def age(self, now: float) -> int | None:
        """The age of its oldest reading, in seconds; None where no agency has a part in it."""
        return max((int(now - born) for born in self.content.oldest), default=None)

    def left(self, now: float) -> int:
        """For how many whole seconds it still holds."""
        return max(0, int(self.content.ends - now))

    @property
    def stale_after(self) -> datetime | None:
        """When the first of its readings stops being fresh."""
        return min((each.stale_after for each in self.content.touched if each.stale_after), default=None)

    def _whole(self, now: float) -> Rendered:
        content = self.content
        if not content.born:
            body, until = content.pieces[0], content.ends
        else:
            ages = [int(now - born) for born in content.born]
            parts = [content.pieces[0]]
            for age, piece in zip(ages, content.pieces[1:], strict=True):
                parts += (b"%d" % max(0, age), piece)
            body = b"".join(parts)
            until = min(born + age + 1 for born, age in zip(content.born, ages, strict=True))
        return Rendered(body, _tag(body), min(until, content.ends))

    def _compressed(self, now: float, encoding: Encoding) -> Rendered:
        """Made once a second at most, and once in its life if it shows no age."""
        whole = self._whole(now)
        until = now + SECOND if self.content.born else self.content.ends
        tag = f'{whole.tag[:-1]}-{encoding.value}"'
        return Rendered(COMPRESS[encoding](whole.body), tag, min(until, self.content.ends))


class Served(NamedTuple):
    """A kept answer, and how it goes to who asked: its media type and its encoding.

    `public`: caches between the hub and its clients may keep it.
    """

    answer: KeptAnswer
    media: str
    encoding: Encoding
    public: bool = False


def _tag(body: bytes) -> str:
    """A strong tag: other bytes have another one, also where only an age differs.

    A weak tag without the ages (RFC 9110, 8.8.1) would be matched more often. But a cache that is told 304 counts the
    age of what it has from then on (RFC 9111, 4.3.4), and would show ages that are too low for as long as it goes on.
    """
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


COMPRESS: Mapping[Encoding, Callable[[bytes], bytes]] = {
    Encoding.GZIP: lambda body: gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0),
    Encoding.BROTLI: lambda body: brotli.compress(body, quality=BROTLI_QUALITY),
}
