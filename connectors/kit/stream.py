"""A JSON array of any length, read object by object from a file: never more than a few of them are in memory."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable
from typing import IO, TypeVar

import ijson

from connectors.kit.errors import AgencyChanged
from connectors.kit.values import all_encodable

T = TypeVar("T")

AT_A_TIME = 500
HEAD = 64 * 1024
"""How far into the file its array may begin."""

_BEGINS = re.compile(rb'(?P<bare>\[\s*[{\]])|(?P<wrapped>\{\s*"[^"]*"\s*:)')
_BOM = b"\xef\xbb\xbf"


class Found:
    """Where an array begins: behind `before`, bytes that should not be there, and under `key` where it is wrapped."""

    def __init__(self, before: bytes, key: str | None) -> None:
        self.before = before
        self.key = key


def find_array(file: IO[bytes], key: str) -> Found | None:
    """The array itself, or an object that has it under `key`; the file then stands where it begins."""
    head = file.read(HEAD)
    is_object = head.removeprefix(_BOM).lstrip().startswith(b"{")
    for match in _BEGINS.finditer(head):
        wrapped = match["wrapped"] is not None
        if is_object and not wrapped:
            continue  # an array somewhere inside it is not the one that was promised
        if wrapped and not re.search(rb'"%b"\s*:\s*\[' % key.encode(), head[match.start() :]):
            continue
        file.seek(match.start())
        return Found(head[: match.start()].removeprefix(_BOM).strip(), key if wrapped else None)
    return None


async def objects(file: IO[bytes], key: str | None, agency: str, to: Callable[[object], T]) -> AsyncIterator[list[T]]:
    """What `to` makes of each object, some hundreds at a time; read in a thread, so that nobody waits for it.

    Raises `AgencyChanged` where the array is broken or cut off.
    """
    items = map(to, map(all_encodable, ijson.items(file, f"{key}.item" if key else "item", use_float=True)))
    while True:
        try:
            some = await asyncio.to_thread(lambda: list(itertools.islice(items, AT_A_TIME)))
        except (ijson.JSONError, UnicodeDecodeError):
            raise AgencyChanged(agency, "the array is broken or cut off") from None
        if not some:
            return
        yield some
