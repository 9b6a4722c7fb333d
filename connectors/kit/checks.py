"""Checks that a domain declares beside its records: what must hold of every record that leaves a connector.

`@checked(at_most("free", "capacity"))` stands above the record. The kit runs the checks on each answer to a read and on
each batch of a feed, whatever the protocol. A record that breaks one is set aside with a finding, and the others stay.
A record inside a list of another record costs only itself; any other record inside costs the one around it. A value of
None breaks nothing: whether a value may be missing is the type's to say.
"""

import asyncio
import functools
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar, cast, get_args

import msgspec

from connectors.kit.findings import Findings, Interpretation
from connectors.kit.values import BadRow

T = TypeVar("T")

AT_ONCE = 1_000
"""After so many records the event loop gets a turn."""
AHEAD = timedelta(hours=1)
"""How much the clock of an agency may be ahead of the hub's."""
LONGEST_CODE = 500
_CODE = re.compile(r"[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?")


EARLIER, LATER, NEVER_YET = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2001, 2900))
"""Moments with which a record breaks a check; for a day, that of the moment."""


class Check(NamedTuple):
    """One promise. `words` say how it was broken, for the agency; they hold no value.

    `holds` gets the record and the present moment. `fields` are those that it is about. `broken` are values with which
    a record breaks it.
    """

    words: str
    holds: Callable[[Any, datetime], bool]
    fields: tuple[str, ...]
    broken: Mapping[str, Any]


class RecordChecks(NamedTuple):
    """What is declared of one kind of record. `free` names fields without a check, each with the reason."""

    checks: tuple[Check, ...]
    free: Mapping[str, str]


DECLARED: dict[type, RecordChecks] = {}
"""What is declared of each kind of record."""


def checked(*checks: Check, free: Mapping[str, str] | None = None) -> Callable[[type[T]], type[T]]:
    """Declare the checks of a record, and why some of its numbers and dates need none."""

    def declare(kind: type[T]) -> type[T]:
        known = declared_of(kind)
        DECLARED[kind] = RecordChecks((*known.checks, *checks), {**known.free, **(free or {})})
        return kind

    return declare


def positive(field: str) -> Check:
    """More than 0."""

    def holds(record: Any, _: datetime) -> bool:
        value = getattr(record, field)
        return value is None or value > 0

    return Check(f"{field}: not more than 0", holds, (field,), {field: 0})


def at_least(field: str, least: int) -> Check:
    """No less than this."""

    def holds(record: Any, _: datetime) -> bool:
        value = getattr(record, field)
        return value is None or value >= least

    return Check(f"{field}: less than {least}", holds, (field,), {field: least - 1})


def between(field: str, low: float, high: float) -> Check:
    """Within these bounds. NaN is outside."""

    def holds(record: Any, _: datetime) -> bool:
        value = getattr(record, field)
        return value is None or low <= value <= high

    return Check(f"{field}: not between {low:g} and {high:g}", holds, (field,), {field: type(high)(high + 1)})


def position() -> tuple[Check, ...]:
    """A place on the earth (WGS 84), in `latitude` and `longitude`."""
    return between("latitude", -90.0, 90.0), between("longitude", -180.0, 180.0)


def at_most(field: str, other: str) -> Check:
    """No more than another field of the record."""

    def holds(record: Any, _: datetime) -> bool:
        value, most = getattr(record, field), getattr(record, other)
        return value is None or most is None or value <= most

    return Check(f"{field}: more than {other}", holds, (field, other), {field: 2, other: 1})


def in_order(first: str, second: str) -> Check:
    """The second moment or day is not before the first."""

    def holds(record: Any, _: datetime) -> bool:
        begins, ends = getattr(record, first), getattr(record, second)
        return begins is None or ends is None or begins <= ends

    return Check(f"{second}: before {first}", holds, (first, second), {first: LATER, second: EARLIER})


def not_ahead(field: str) -> Check:
    """A moment that has come, give or take the clocks; a day no later than tomorrow, whatever the time zone."""

    def holds(record: Any, now: datetime) -> bool:
        value = getattr(record, field)
        if isinstance(value, datetime):
            return value <= now + AHEAD
        return value is None or value <= (now + timedelta(days=1)).date()

    return Check(f"{field}: ahead of the clock", holds, (field,), {field: NEVER_YET})


def code(field: str) -> Check:
    """An identifier: not empty, no line breaks, no blanks around it, and not long."""

    def holds(record: Any, _: datetime) -> bool:
        value = getattr(record, field)
        return value is None or (len(value) <= LONGEST_CODE and _CODE.fullmatch(value) is not None)

    return Check(f"{field}: not a well-formed identifier", holds, (field,), {field: "a\nb"})


def like(field: str, pattern: str) -> Check:
    """A text of this pattern."""
    compiled = re.compile(pattern, re.ASCII)

    def holds(record: Any, _: datetime) -> bool:
        value = getattr(record, field)
        return value is None or compiled.fullmatch(value) is not None

    return Check(f"{field}: not like {pattern}", holds, (field,), {field: "\N{BULLET}"})


def declared_of(kind: type) -> RecordChecks:
    """What is declared of this kind of record, or of the nearest one that it extends."""
    return next((DECLARED[base] for base in kind.__mro__ if base in DECLARED), RecordChecks((), {}))


class _Plan(NamedTuple):
    """What is run on a kind of record: its checks, then the checks of the records in these fields."""

    checks: tuple[Check, ...]
    inside: tuple[str, ...]


@functools.cache
def _plan(kind: Hashable) -> _Plan | None:
    """None if nothing is declared of this kind of record, nor of those inside."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return None
    inside = tuple(
        field.name for field in msgspec.structs.fields(kind) if any(map(_plan, _kinds_of(field.type, but=kind)))
    )
    known = declared_of(kind)
    return _Plan(known.checks, inside) if known.checks or inside else None


def _kinds_of(annotation: Any, but: type) -> Iterable[type]:
    """The structs that an annotation names, without one that holds itself."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return () if annotation is but else (annotation,)
    return [kind for each in get_args(annotation) for kind in _kinds_of(each, but)]


def sound(record: T, now: datetime, findings: Findings) -> T:
    """The record without what is bad in its lists; raises `BadRow` if it breaks a check itself."""
    plan = _plan(cast(Hashable, type(record)))
    if plan is None:
        return record
    for check in plan.checks:
        if not check.holds(record, now):
            raise BadRow(check.words)
    changed: dict[str, Any] = {}
    for name in plan.inside:
        value = getattr(record, name)
        kept: Any = _sound_part(value, now, findings) if isinstance(value, tuple) else sound(value, now, findings)
        if kept is not value:
            changed[name] = kept
    return msgspec.structs.replace(record, **changed) if changed else record  # type: ignore[type-var]  # mypy does not know that it is a struct


def has_checks(kind: type) -> bool:
    """Whether anything is declared of this kind of record, or of those inside."""
    return _plan(kind) is not None


def _sound_part(records: tuple[Any, ...], now: datetime, findings: Findings) -> tuple[Any, ...]:
    kept, last = _kept(records, now, findings)
    if last and not kept:
        raise last
    return records if _same(kept, records) else tuple(kept)


def _kept(records: Iterable[Any], now: datetime, findings: Findings) -> tuple[list[Any], BadRow | None]:
    """The records that are sound, and why the last one of the others is not."""
    kept, last = [], None
    for record in records:
        try:
            kept.append(sound(record, now, findings))
        except BadRow as bad:
            last = bad
            findings.set_aside(bad)
    return kept, last


def _same(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


async def sound_answer(answer: Any, findings: Findings, heard: Interpretation) -> Any:
    """An answer without the records that break a check; raises `BadRow` if not one of them is left."""
    now = findings.clock.now()
    if not isinstance(answer, tuple):
        whole = sound(answer, now, findings)
        heard.keep(0 if answer is None else 1)
        return whole
    if not any(map(has_checks, set(map(type, answer)))):
        heard.keep(len(answer))
        return answer
    kept: list[Any] = []
    last = None
    for start in range(0, len(answer), AT_ONCE):
        part, bad = _kept(answer[start : start + AT_ONCE], now, findings)
        kept += part
        last = bad or last
        if start:
            await asyncio.sleep(0)
    heard.keep(len(kept))
    if last and not kept:
        raise BadRow(f"not one of {len(answer)} rows can be: {last}")
    return answer if _same(kept, answer) else tuple(kept)
