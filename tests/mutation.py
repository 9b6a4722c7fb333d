"""Odd values, put in the place of each value of a recording, one at a time; and what may come of it."""

import copy
import functools
import json
import random
import re
import string
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path as File
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from graphql import GraphQLObjectType, build_schema, get_named_type
from structlog.testing import capture_logs

from connectors.kit.errors import AgencyError
from connectors.kit.feed import Feed
from connectors.kit.read import Read
from connectors.kit.values import AMOUNT, INT
from tests.playback import Recording

ROOT = File(__file__).parent.parent

LONG = "".join(random.Random(1).choices(string.ascii_letters, k=100_000))
"""A text that no database can shorten: PostgreSQL indexes some 2,700 bytes of one."""

ODD: tuple[Any, ...] = (
    None, "", " ", [], {}, True, False, 0, -1, 7, 2**31, 2**63, 10**400, 0.5, -1.5e300, [7], ["x"], {"x": 1}, [[]], "x", "-", "12,5",
    "14.500", "1e999", "dua belas", "0001-01-01T00:00:00", "0001-01-01 00:00:00", "9999-12-31T23:59:59-05:00", "0000-00-00",
    "-0001-11-30T00:00:00+00:00", "2026-02-30", "24:00", "20261127T120000", "Mon, 01 Jan 0001 00:00:00 +0000", "Kasir \ud83d",
    "a\0b", "http://[", "<b>&amp;&#xd83d;</b>", "%", LONG, "9" * 5_000,
)  # fmt: skip

HALF = b"Kasir " + b"\xed\xa0\xbd"
"""Half a surrogate pair as a database may hold it that does not look at what its texts are made of."""

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


def one_in_three(odd: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    """Those for the place of this number: three places after one another have all of them. A soak tries all at each."""
    return odd[number % 3 :: 3]


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


async def wrong(asked: Read[Any] | Feed[Any], beside: tuple[Any, ...]) -> str | None:
    """What came of an odd value and must not; None where it cost its own row, or was a coded error of the agency."""
    records: Any = None
    with capture_logs() as lines:
        try:
            records = (await asked.fetch()).records
        except AgencyError as error:
            if error.agency != "agency":
                return "an error of another agency"
            if beside:
                return f"the whole answer is lost: {error.reason}"
        except Exception as error:  # noqa: BLE001  whatever leaves a connector is what is looked for
            return f"{type(error).__name__} left the connector"
    if broken := next((line for line in lines if "frames" in line), None):
        return f"{broken['error']} {broken['frames'][-1]}"
    lost = sum(record not in records for record in beside)
    return f"{lost} rows beside it are lost" if lost else cannot_be_answered(records)


def cannot_be_answered(records: Any) -> str | None:
    """Why the graph could not answer with these records; None where it can."""
    try:
        json.dumps(msgspec.json.decode(msgspec.json.encode(records)), ensure_ascii=False).encode()
    except (msgspec.MsgspecError, ValueError, OverflowError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    return next(filter(None, (_odd(name, leaf) for name, leaf in _leaves(records))), None)


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """What stands in records, each with the name of the field that it stands in."""
    waiting = [("", msgspec.to_builtins(value, builtin_types=(datetime, date)))]
    while waiting:
        match waiting.pop():
            case _, dict() as inner:
                waiting += [*(("", key) for key in inner), *inner.items()]
            case name, list() | tuple() as inner:
                waiting += [(name, each) for each in inner]
            case name, leaf:
                yield name, leaf


def _odd(name: str, leaf: Any) -> str | None:
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
        case int() | float() if not abs(leaf) <= (INT if name in _promised_as_int() else AMOUNT):
            return "a number larger than its promise"
    return None


@functools.cache
def _promised_as_int() -> frozenset[str]:
    """The names of fields that are an Int wherever the graph has them, as records spell them."""
    types: dict[str, set[str]] = {}
    for each in build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")).type_map.values():
        if isinstance(each, GraphQLObjectType):
            for name, field in each.fields.items():
                types.setdefault(re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name), set()).add(
                    get_named_type(field.type).name
                )
    return frozenset(name for name, of in types.items() if of == {"Int"})


def in_sql() -> tuple[Any, ...]:
    """The same values as a file of SQLite can hold them, whatever its columns' types, and bytes besides."""
    carried = [_carried(odd) for odd in ODD if not isinstance(odd, list | dict)]
    carried += ["1900-01-01", 2**63 - 1, -(2**63), HALF, b"\x00\xff"]
    return tuple({(type(each), each): each for each in carried}.values())


def _carried(odd: Any) -> Any:
    """Larger numbers as texts."""
    if isinstance(odd, str):
        return HALF if "\ud83d" in odd else odd
    return str(odd) if isinstance(odd, int) and abs(odd) >= 2**63 else odd


def shown(value: Any) -> str:
    """A value in the words of a failed test."""
    return ascii(value)[:40]
