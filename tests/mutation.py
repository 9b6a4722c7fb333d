"""Odd values, put in the place of each value of a recording, one at a time; and what may come of it."""

import copy
import json
import random
import string
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.values import AMOUNT
from tests.playback import Recording

LONG = "".join(random.Random(1).choices(string.ascii_letters, k=100_000))
"""A text that no database can shorten: PostgreSQL indexes some 2,700 bytes of one."""

ODD: tuple[Any, ...] = (
    None, "", " ", [], {}, True, False, 0, -1, 7, 2**31, 2**63, 10**400, 0.5, -1.5e300, [7], ["x"], {"x": 1}, [[]], "x", "-", "12,5",
    "14.500", "1e999", "dua belas", "0001-01-01T00:00:00", "0001-01-01 00:00:00", "9999-12-31T23:59:59-05:00", "0000-00-00",
    "-0001-11-30T00:00:00+00:00", "2026-02-30", "24:00", "20261127T120000", "Mon, 01 Jan 0001 00:00:00 +0000", "Kasir \ud83d",
    "a\0b", "http://[", "<b>&amp;&#xd83d;</b>", "%", LONG, "9" * 5_000,
)  # fmt: skip

Path = tuple[str | int, ...]

_CITY = ZoneInfo("Asia/Jakarta")


def places(document: Any, at: Path = (), *, of_a_kind: int | None = None) -> Iterator[Path]:
    """Where each value of a document stands; of lists only the first `of_a_kind` items are gone into."""
    if at:
        yield at
    if isinstance(document, dict):
        for key, value in document.items():
            yield from places(value, (*at, key), of_a_kind=of_a_kind)
    elif isinstance(document, list):
        for index, value in enumerate(document[:of_a_kind]):
            yield from places(value, (*at, index), of_a_kind=of_a_kind)


def with_value(document: Any, place: Path, value: Any) -> Any:
    """A copy of the document with another value there."""
    copied = copy.deepcopy(document)
    at = copied
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = copy.deepcopy(value)
    return copied


def with_answer(whole: Recording, number: int, answer: Any) -> Recording:
    """The recording with another answer to one of its calls."""
    exchanges = list(whole.exchanges)
    exchanges[number] = msgspec.structs.replace(exchanges[number], answer=answer)
    return msgspec.structs.replace(whole, exchanges=exchanges)


def independent(everything: Any, without: Any) -> tuple[Any, ...]:
    """The records that a row has no part in, as they are the same without it: they have to come beside it, too."""
    if not isinstance(everything, tuple) or not isinstance(without, tuple):
        return ()
    return tuple(record for record in without if record in everything)


def cannot_be_answered(records: Any) -> str | None:
    """Why the graph could not answer with these records; None where it can."""
    try:
        json.dumps(msgspec.json.decode(msgspec.json.encode(records)), ensure_ascii=False).encode()
    except (msgspec.MsgspecError, ValueError, OverflowError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    return next(filter(None, map(_odd, _leaves(records))), None)


def _leaves(value: Any) -> Iterator[Any]:
    plain = msgspec.to_builtins(value, builtin_types=(datetime, date))
    waiting = [plain]
    while waiting:
        match waiting.pop():
            case dict() as inner:
                waiting += [*inner.keys(), *inner.values()]
            case list() | tuple() as inner:
                waiting += inner
            case leaf:
                yield leaf


def _odd(leaf: Any) -> str | None:
    match leaf:
        case datetime():
            leaf.astimezone(_CITY)
            return None if 1500 <= leaf.year < 3000 else "a moment that nobody can mean"
        case date():
            return None if 1500 <= leaf.year < 3000 else "a day that nobody can mean"
        case str() if "\0" in leaf:
            return "a text with a NUL"
        case bool():
            return None
        case int() | float() if not abs(leaf) <= AMOUNT:
            return "a number larger than its promise"
    return None


def shown(value: Any) -> str:
    """A value in the words of a failed test."""
    return ascii(value)[:40]
