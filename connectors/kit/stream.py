"""A collection in JSON of any length, read row by row from a file: never more than a few rows are in memory.

Its list may stand by itself or within objects, under any key; what stands around it is told too, as it may say that the
list is not all there is. Words before and behind the JSON are told, and no more.
"""

import asyncio
import codecs
import itertools
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import IO, TypeVar

from connectors.kit.errors import AgencyChanged
from connectors.kit.values import all_encodable

T = TypeVar("T")

AT_A_TIME = 500
HEAD = 64 * 1024
"""How far into the file its JSON may begin, and how much of what stands behind it is looked at."""
LARGEST = 4 * 1024 * 1024
"""Letters of one row."""
DEEPEST = 4
"""In how many objects its list may stand."""

_BEGINS = re.compile(r'\[\s*\{|\{\s*"')
_EMPTY = re.compile(r"\[\s*\]")
_BLANK = re.compile(r"[\s\ufeff]*")
_LIST_IN_AN_OBJECT = re.compile(r'\{\s*"[0-9]+"\s*:\s*\{')
"""As PHP writes a list from which something was taken out."""

_DECODER = json.JSONDecoder(strict=False, parse_float=str, parse_int=str, parse_constant=lambda _: None)
"""Numbers are kept as they are written: 188.10 is no fraction."""


class Rows:
    """The rows of one file. All but `found` and `before` is known when the last row has been read.

    `is_row` says of an object whether it looks like a row; a list under `key`, or of its own, is one of rows whatever
    stands in it. `said`: what stands around them, by its path; of a list that is none of rows, how long it is.
    """

    def __init__(self, file: IO[bytes], agency: str, *, key: str, is_row: Callable[[object], bool]) -> None:
        self._file = file
        self._agency = agency
        self._key = key
        self._is_row = is_row
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._text, self._at, self._ended = "", 0, False
        self.said: list[tuple[tuple[str, ...], object]] = []
        self.lists = 0
        self.behind = ""
        while len(self._text) < HEAD and self._more():
            pass
        begins = self._begins()
        self.found = begins is not None
        self.before = self._text[: HEAD if begins is None else begins].strip(" \t\r\n\ufeff")
        self._at = begins or 0

    async def objects(self, to: Callable[[object], T]) -> AsyncIterator[list[T]]:
        """What `to` makes of each row, some hundreds at a time; read in a thread, so that nobody waits for it.

        Raises `AgencyChanged` where it is broken or cut off, or has no list of rows.
        """
        rows = map(to, self._all())
        while some := await asyncio.to_thread(lambda: list(itertools.islice(rows, AT_A_TIME))):
            yield some

    def _all(self) -> Iterator[object]:
        yield from self._walk(())
        self.behind = self._rest()
        if not self.lists:
            raise AgencyChanged(self._agency, "no list of rows")

    def _begins(self) -> int | None:
        blank = _BLANK.match(self._text)
        begins = blank.end() if blank else 0
        if self._text[begins : begins + 1] in ("[", "{"):
            return begins
        empty = list(_EMPTY.finditer(self._text, 0, HEAD))
        match = _BEGINS.search(self._text, 0, HEAD) or (empty[-1] if empty else None)
        return match.start() if match else None

    def _walk(self, path: tuple[str, ...]) -> Iterator[object]:
        """The rows in the value that comes; what is none goes to `said`."""
        begins = self._next()
        if begins == "[":
            yield from self._list(path)
        elif begins == "{" and len(path) < DEEPEST and self._needs(_LIST_IN_AN_OBJECT):
            yield from self._list(path, keyed=True)
        elif begins == "{" and len(path) < DEEPEST:
            yield from self._object(path)
        else:
            self.said.append((path, self._value()))

    def _object(self, path: tuple[str, ...]) -> Iterator[object]:
        """The rows in it; itself, where it is the only one there is."""
        begins = len(self.said)
        for key in self._keys():
            yield from self._walk((*path, key))
        own = {at[-1]: value for at, value in self.said[begins:] if len(at) == len(path) + 1}
        if self._is_row(own):
            self.lists += 1
            yield own

    def _list(self, path: tuple[str, ...], *, keyed: bool = False) -> Iterator[object]:
        """Its rows, if they are rows: the first one shows it."""
        ours, count = (not path or path[-1].casefold() == self._key) and not keyed, 0
        self.lists += ours
        for _ in self._keys() if keyed else self._items():
            value = self._value()
            if not count and not ours and self._is_row(value):
                ours = True
                self.lists += 1
            count += 1
            if ours:
                yield value
        if not ours:
            self.said.append((path, count))

    def _items(self) -> Iterator[None]:
        self._take("[")
        while not self._took("]"):
            yield None
            if not self._took(","):
                self._take("]")
                return

    def _keys(self) -> Iterator[str]:
        self._take("{")
        while not self._took("}"):
            key = self._value()
            if not isinstance(key, str):
                raise self._broken()
            self._take(":")
            yield key
            if not self._took(","):
                self._take("}")
                return

    def _value(self) -> object:
        self._next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._broken() from None
            except ValueError:
                if not self._more():
                    raise self._broken() from None
                continue
            if end == len(self._text) and self._more():
                continue  # a number may go on
            sent, self._at = self._text[self._at : end], end
            return all_encodable(value) if "\\u" in sent or "\0" in sent else value

    def _next(self) -> str:
        """The next letter that is no blank, which is not taken yet; none at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _took(self, letter: str) -> bool:
        took = self._next() == letter
        self._at += took
        return took

    def _take(self, letter: str) -> None:
        if not self._took(letter):
            raise self._broken()

    def _needs(self, expression: re.Pattern[str]) -> bool:
        while len(self._text) - self._at < HEAD and self._more():
            pass
        return expression.match(self._text, self._at) is not None

    def _rest(self) -> str:
        while len(self._text) - self._at < HEAD and self._more():
            pass
        return self._text[self._at : self._at + HEAD].strip(" \t\r\n\ufeff\0")

    def _more(self) -> bool:
        """Read on; False at the end of the file."""
        if self._ended:
            return False
        left = self._text[self._at :]
        if len(left) > LARGEST:
            raise AgencyChanged(self._agency, f"a row has more than {LARGEST} letters")
        read = self._file.read(max(HEAD, len(left)))
        self._ended = not read
        self._text, self._at = left + self._decode.decode(read, final=self._ended), 0
        return True

    def _broken(self) -> AgencyChanged:
        return AgencyChanged(self._agency, "the array is broken or cut off")
