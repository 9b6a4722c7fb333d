"""A JSON collection of any size, read row by row from a file. Only a few rows are in memory at a time.

The list may be the whole document or lie inside objects, under any key. The values around the list are reported too,
because they may say that the list is incomplete. Text before and after the JSON is reported as well.
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
"""How far into the file the JSON may begin, and how much of the text after it is kept."""
LARGEST = 4 * 1024 * 1024
"""The largest size of one row, in characters."""
DEEPEST = 4
"""How deep the list may be nested in objects."""

_BEGINS = re.compile(r'\[\s*\{|\{\s*"')
_EMPTY = re.compile(r"\[\s*\]")
_BLANK = re.compile(r"[\s\ufeff]*")
_LIST_IN_AN_OBJECT = re.compile(r'\{\s*"[0-9]+"\s*:\s*\{')
"""How PHP writes a list from which an element was removed."""

_DECODER = json.JSONDecoder(strict=False, parse_float=str, parse_int=str, parse_constant=lambda _: None)
"""Numbers stay as they are written: 188.10 is not turned into a fraction."""


class Rows:
    """The rows of one file. `found` and `before` are known at once, everything else after the last row.

    `is_row` tells whether an object looks like a row. A list under `key`, or a list that is the whole document, is a
    list of rows in any case. `said` has the values around the list with their paths; for a list that has no rows, it
    has the length.
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
        """The results of `to` for each row, some hundreds at a time, read in a thread.

        Raises `AgencyChanged` if the document is broken, cut off, or has no list of rows.
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
        """The rows in the next value. A value that is no row goes to `said`."""
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
        """The rows in an object, or the object itself if it is the only row."""
        begins = len(self.said)
        for key in self._keys():
            yield from self._walk((*path, key))
        own = {at[-1]: value for at, value in self.said[begins:] if len(at) == len(path) + 1}
        if self._is_row(own):
            self.lists += 1
            yield own

    def _list(self, path: tuple[str, ...], *, keyed: bool = False) -> Iterator[object]:
        """The rows of a list. The first element shows whether it is a list of rows."""
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
                continue  # the number may continue
            sent, self._at = self._text[self._at : end], end
            return all_encodable(value) if "\\u" in sent or "\0" in sent else value

    def _next(self) -> str:
        """The next character that is not blank, without taking it; empty at the end."""
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
