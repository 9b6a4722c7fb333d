"""Strict interpretation: each value of an agency is mapped, ignored by name, or becomes a finding."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Generic, TypeVar

from connectors.kit import values
from connectors.kit.checks import sound
from connectors.kit.errors import AgencyChanged
from connectors.kit.findings import FindingKind, Findings
from connectors.kit.parts import in_parts
from connectors.kit.row_shapes import NOWHERE, shape_of
from connectors.kit.values import AMOUNT, INT, BadRow, Drifted

T = TypeVar("T")

_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


class Row:
    """One row, read key by key. Upper and lower case of keys are the same; blanks around texts are removed.

    A method demands its key and a value. A method that begins with `optional_` gives None for a missing key, null or
    blank.
    """

    __slots__ = ("_inside", "_raw", "_read", "_shape")

    def __init__(self, raw: object) -> None:
        if not isinstance(raw, dict):
            raise Drifted(f"a row is {type(raw).__name__}, not an object")
        self._raw: dict[object, object] = raw
        self._shape = shape_of(raw)
        self._read: set[object] = set()
        self._inside: list[tuple[str, Row]] | None = None

    def text(self, key: str) -> str:
        value = self._take(key, mandatory=True)
        if type(value) is str and value.isascii() and "\0" not in value and (text := value.strip()):
            return text
        return _demand(key, _text(key, value))

    def optional_text(self, key: str, *, mandatory: bool = False) -> str | None:
        return _text(key, self._take(key, mandatory=mandatory))

    def integer(self, key: str) -> int:
        value = self._take(key, mandatory=True)
        if type(value) is int and -INT <= value <= INT:
            return value
        return _demand(key, _whole(key, value, INT))

    def optional_integer(self, key: str, *, mandatory: bool = False, most: int = INT) -> int | None:
        """A whole number, sent as a number, as a text, or as 5.0. It fits a GraphQL Int, or is at most `most`."""
        return _whole(key, self._take(key, mandatory=mandatory), most)

    def amount(self, key: str) -> int:
        return _demand(key, self.optional_amount(key, mandatory=True))

    def optional_amount(self, key: str, *, mandatory: bool = False) -> int | None:
        """A whole number that may be larger than an Int, such as an amount of money."""
        return _whole(key, self._take(key, mandatory=mandatory), AMOUNT)

    def optional_number(self, key: str) -> float | None:
        """A number with or without a fraction, sent as a number or as a text with a decimal point."""
        return self._read_by(key, values.number)

    def optional_decimal(self, key: str, *, mandatory: bool = False) -> Decimal | None:
        """An exact decimal number, such as a computed amount of money or an area."""
        return self._read_by(key, values.decimal, mandatory=mandatory)

    def optional_boolean(self, key: str) -> bool | None:
        """Yes or no, sent as a boolean, as 1 or 0, or as a text of these."""
        value = self._take(key, mandatory=False)
        if value is None or value == "":
            return None
        known = _TRUTHS.get(str(value).strip().casefold())
        if known is None:
            raise BadRow(f"{key}: neither yes nor no")
        return known

    def nested(self, key: str) -> "Row":
        """The object under this key. Its keys are read, or ignored, like the keys of the row."""
        return _demand(key, self.optional_nested(key, mandatory=True))

    def optional_nested(self, key: str, *, mandatory: bool = False) -> "Row | None":
        value = self._take(key, mandatory=mandatory)
        if value is None:
            return None
        inside = self._inside = self._inside or []
        if known := next((row for opened, row in inside if opened == key), None):
            return known
        try:
            row = Row(value)
        except BadRow as bad:
            raise type(bad)(f"{key}: {bad}") from None
        inside.append((key, row))
        return row

    def many(self, key: str) -> "list[Row]":
        """The objects in the list under this key; an empty list if the key is missing or null."""
        value = self._take(key, mandatory=False)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Drifted(f"{key}: {type(value).__name__} is not a list")
        rows = [Row(each) for each in value]
        self._inside = (self._inside or []) + [(key, row) for row in rows]
        return rows

    def optional_unix(self, key: str, *, mandatory: bool = False) -> datetime | None:
        """A moment in seconds since 1970, as UTC. 0 means no moment."""
        return self._read_by(key, values.unix, mandatory=mandatory)

    def moment(self, key: str, zone: tzinfo) -> datetime:
        return _demand(key, self.optional_moment(key, zone, mandatory=True))

    def optional_moment(self, key: str, zone: tzinfo, *, mandatory: bool = False) -> datetime | None:
        """A moment in ISO 8601, or with a blank instead of the T, as UTC. `zone` counts if the text names no zone.

        The values that programs write for "no date" give None (`kit/values.py`).
        """
        text = self.optional_text(key, mandatory=mandatory)
        return None if text is None else self._parsed(key, lambda: values.moment(text, zone))

    def optional_day(self, key: str) -> date | None:
        """A day in ISO 8601, or as a database gives it.

        A time after it is cut off, because Oracle's DATE always has one.
        """
        value = self._take(key)
        if isinstance(value, date):
            return self._parsed(key, lambda: values.day(value.isoformat()))
        text = _text(key, value)
        return None if text is None else self._parsed(key, lambda: values.day(text))

    def time_of_day(self, key: str) -> time:
        """A time of day in ISO 8601, without a zone."""
        text = self.text(key)
        return self._parsed(key, lambda: values.time_of_day(text))

    def value(self, key: str) -> object:
        """The value as it was sent."""
        return self._take(key, mandatory=True)

    def has(self, key: str) -> bool:
        """Whether the row has this key, with any value."""
        return self._shape[key] is not NOWHERE

    def either(self, *keys: str) -> str:
        """The first of these keys that has a value; else the first key that exists; else the first key."""
        known = [key for key in keys if self.has(key)]
        empty = [key for key in known if self._raw[self._shape[key]] in (None, "")]
        if len(empty) == len(known):
            return next(iter(known), keys[0])
        self.ignore(*empty)
        return next(key for key in known if key not in empty)

    def ignore_rest(self) -> None:
        """Ignore all keys that were not read, for an object with far more than the hub needs."""
        self._read.update(self._shape.folded.values())

    def ignore(self, *keys: str) -> None:
        """Ignore these keys on purpose."""
        self._read |= self._shape.ignoring(keys)

    @property
    def unread(self) -> Collection[str]:
        """The keys that nobody has read. Keys of nested objects look like `location.geo`."""
        folded, read = self._shape.folded, self._read
        if len(read) == len(folded) and not self._inside:
            return []
        own = {name for name, key in folded.items() if key not in read}
        return sorted(own | {f"{key}.{each}" for key, row in self._inside or () for each in row.unread})

    def _read_by(self, key: str, parse: Callable[[object], T], *, mandatory: bool = False) -> T:
        value = self._take(key, mandatory=mandatory)
        return self._parsed(key, lambda: parse(value))

    @staticmethod
    def _parsed(key: str, parse: Callable[[], T]) -> T:
        """The result of `parse`. Its `BadRow` gets the name of the key."""
        try:
            return parse()
        except BadRow as bad:
            raise type(bad)(f"{key}: {bad}") from None

    def _take(self, key: str, *, mandatory: bool = False) -> object:
        at = self._shape[key]
        if at is NOWHERE:
            if mandatory:
                raise Drifted(f"{key}: missing")
            return None
        self._read.add(at)
        return self._raw[at]


def _text(key: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Drifted(f"{key}: {type(value).__name__} is not a text")
    if isinstance(value, int) and value.bit_length() > 128:
        raise BadRow(f"{key}: a number that is too large to be a code")
    return values.encodable(str(value)).strip() or None


def _whole(key: str, value: object, most: int) -> int | None:
    if value is None or (type(value) is int and -most <= value <= most):
        return value
    try:
        return values.whole(value, most=most)
    except BadRow as bad:
        raise type(bad)(f"{key}: {bad}") from None


def _demand(key: str, value: T | None) -> T:
    if value is None:
        raise BadRow(f"{key}: empty")
    return value


def one_record(raw: object, to_record: Callable[[Row], T], *, agency: str, findings: Findings) -> T:
    """Map one object; raises `AgencyChanged` if it cannot be mapped."""
    try:
        row = Row(raw)
        record = to_record(row)
    except BadRow as bad:
        findings.note(str(bad), FindingKind.DRIFT)
        raise AgencyChanged(agency, str(bad)) from None
    findings.unexpected(row.unread)
    return record


async def many_records(raw: object, to_record: Callable[[Row], T], *, agency: str, findings: Findings) -> tuple[T, ...]:
    """Map a list. A bad row is set aside with a finding; if all rows are bad, it raises `AgencyChanged`.

    A long list is mapped in parts, so that it holds up nobody else.
    """
    mapping = _Mapping(to_record, findings)
    await in_parts(_list_of_rows(raw, agency), mapping.take)
    return mapping.done(agency)


def few_records(raw: object, to_record: Callable[[Row], T], *, agency: str, findings: Findings) -> tuple[T, ...]:
    """The same for a list inside a row, which is short."""
    mapping = _Mapping(to_record, findings)
    mapping.take(_list_of_rows(raw, agency))
    return mapping.done(agency)


def _list_of_rows(raw: object, agency: str) -> list[object]:
    if not isinstance(raw, list):
        raise AgencyChanged(agency, f"rows are {type(raw).__name__}, not a list")
    return raw


class _Mapping(Generic[T]):
    """The records of the rows so far, and what was wrong with the last row that could not be read."""

    def __init__(self, to_record: Callable[[Row], T], findings: Findings) -> None:
        self._to_record = to_record
        self._findings = findings
        self._records: list[T] = []
        self._bad, self._last = 0, ""

    def take(self, rows: Iterable[object]) -> None:
        to_record, findings, records = self._to_record, self._findings, self._records
        now = findings.clock.now()
        for item in rows:
            try:
                row = Row(item)
                records.append(sound(to_record(row), now, findings))
            except BadRow as bad:
                self._bad, self._last = self._bad + 1, str(bad)
                findings.set_aside(bad)
                continue
            if unread := row.unread:
                findings.unexpected(unread)

    def done(self, agency: str) -> tuple[T, ...]:
        if self._bad and not self._records:
            raise AgencyChanged(agency, f"not one of {self._bad} rows can be read; {self._last}")
        return tuple(self._records)


def without_repeats(records: Iterable[T], key: Callable[[T], object], findings: Findings) -> tuple[T, ...]:
    """The first record of each key. A repeated key is a finding."""
    first: dict[object, T] = {}
    for record in records:
        at = key(record)
        if at in first:
            findings.note("row repeated")
        else:
            first[at] = record
    return tuple(first.values())
