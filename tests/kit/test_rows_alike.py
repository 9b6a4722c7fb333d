"""Rows with the same keys share what is known of them, and usual values are read at once: it must never be seen."""

import random
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from connectors.kit import row_shapes
from connectors.kit import rows as module
from connectors.kit.errors import AgencyChanged
from connectors.kit.findings import Findings
from connectors.kit.rows import Row, many_records
from connectors.kit.values import BadRow, Drifted, encodable, whole

WIB = ZoneInfo("Asia/Jakarta")


class PlainRow:
    """The same rules without anything shared: each key of each row by itself."""

    def __init__(self, raw):
        if not isinstance(raw, dict):
            raise Drifted(f"a row is {type(raw).__name__}, not an object")
        self.values = {str(key).casefold(): value for key, value in raw.items()}
        self.left = set(self.values)
        self.inside = []

    def value_of(self, key, mandatory):
        self.left.discard(key.casefold())
        if mandatory and key.casefold() not in self.values:
            raise Drifted(f"{key}: missing")
        return self.values.get(key.casefold())

    def optional_text(self, key, *, mandatory=False):
        value = self.value_of(key, mandatory)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Drifted(f"{key}: {type(value).__name__} is not a text")
        if isinstance(value, int) and value.bit_length() > 128:
            raise BadRow(f"{key}: a number that is too large to be a code")
        return encodable(str(value)).strip() or None

    def optional_integer(self, key, *, mandatory=False, most=module.INT):
        value = self.value_of(key, mandatory)
        try:
            return whole(value, most=most)
        except BadRow as bad:
            raise type(bad)(f"{key}: {bad}") from None

    def optional_amount(self, key):
        return self.optional_integer(key, most=module.AMOUNT)

    def text(self, key):
        return self.there(key, self.optional_text(key, mandatory=True))

    def integer(self, key):
        return self.there(key, self.optional_integer(key, mandatory=True))

    def there(self, key, value):
        if value is None:
            raise BadRow(f"{key}: empty")
        return value

    def optional_nested(self, key):
        value = self.value_of(key, mandatory=False)
        if value is None:
            return None
        for known, row in self.inside:
            if known == key:
                return row
        try:
            row = PlainRow(value)
        except BadRow as bad:
            raise type(bad)(f"{key}: {bad}") from None
        self.inside.append((key, row))
        return row

    def has(self, key):
        return key.casefold() in self.values

    def either(self, *keys):
        known = [key for key in keys if self.has(key)]
        empty = [key for key in known if self.values[key.casefold()] in (None, "")]
        if len(empty) == len(known):
            return next(iter(known), keys[0])
        self.ignore(*empty)
        return next(key for key in known if key not in empty)

    def ignore(self, *keys):
        self.left -= {key.casefold() for key in keys}

    def ignore_rest(self):
        self.left.clear()

    @property
    def unread(self):
        return sorted(self.left | {f"{key}.{each}" for key, row in self.inside for each in row.unread})


KEYS = ("id", "ID", "Nama", "nama", "jumlah", "harga", "lokasi", "more", "İ", "")
VALUES = (
    *(0, 7, -3, True, False, None, "", " ", "12", " 12.0 ", "x", "Pasar Anyar ", "\0", "a\0b", "\ud83d", "é", "٣"),
    *(5.0, 5.5, 2**31 - 1, 2**31, -(2**31), 2**53, 2**200, float("nan"), float("inf"), Decimal("4.0"), [], {}, [1]),
    *(date(2026, 11, 23), datetime(2026, 11, 23, tzinfo=WIB), "2026-11-23"),
)
READERS = (
    *(lambda row: row.text("id"), lambda row: row.text("NAMA"), lambda row: row.optional_text("nama")),
    *(lambda row: row.integer("jumlah"), lambda row: row.optional_integer("harga"), lambda row: row.has("Id")),
    *(lambda row: row.optional_amount("Harga"), lambda row: row.ignore("more", "none", "NAMA"), lambda row: row.unread),
    *(lambda row: row.text(row.either("nama", "id", "none")), lambda row: row.ignore_rest()),
    *(lambda row: (inside := row.optional_nested("lokasi")) and (inside.integer("id"), inside.has("more")),),
    *(lambda row: (inside := row.optional_nested("lokasi")) and inside.optional_text("Nama"),),
)


def some_row(seeded, like):
    """A row with the keys of the one before, or with others; now and then no object at all."""
    if seeded.randrange(20) == 0:
        return seeded.choice(VALUES)
    keys = list(like) if isinstance(like, dict) and seeded.randrange(4) else seeded.sample(KEYS, seeded.randrange(6))
    seeded.randrange(6) or seeded.shuffle(keys)
    row = {key: seeded.choice(VALUES) for key in keys}
    if "lokasi" in row and seeded.randrange(3):
        row["lokasi"] = {key: seeded.choice(VALUES) for key in seeded.sample(KEYS, seeded.randrange(4))}
    return row


async def told(sent, readers, kind, monkeypatch):
    """The records, or why there are none, and all that was found."""
    monkeypatch.setattr(module, "Row", kind)
    findings = Findings("a")
    try:
        found = await many_records(
            sent, lambda row: repr([each(row) for each in readers]), agency="a", findings=findings
        )
    except AgencyChanged as changed:
        found = changed.reason
    return found, [(each.text, each.kind, each.count) for each in findings.all]


async def test_rows_are_read_as_if_each_were_the_only_one(monkeypatch):
    seeded, records, set_aside = random.Random(16), 0, 0
    for number in range(400):
        sent, readers = [None], seeded.choices(READERS, k=seeded.randrange(1, 6))
        for _ in range(seeded.randrange(1, 8)):
            sent.append(some_row(seeded, sent[-1]))
        one, other = [await told(sent[1:], readers, kind, monkeypatch) for kind in (Row, PlainRow)]
        assert one == other, (number, sent)
        records += isinstance(one[0], tuple) and len(one[0])
        set_aside += sum(count for text, _, count in one[1] if text.startswith("row set aside"))
    assert records > 300
    assert set_aside > 300


def test_what_is_known_of_rows_is_bounded_and_keys_of_other_types_are_their_own(monkeypatch):
    monkeypatch.setattr(row_shapes, "SHAPES", 5)
    monkeypatch.setattr(row_shapes, "WORDS", 10)
    for number in range(30):
        row = Row({f"k{number}": number, "n": 1})
        assert row.integer(f"K{number}") == number
        for each in range(30):
            assert not row.has(f"m{number}{each}")
            row.ignore(f"m{number}{each}")
        assert len(row._shape) <= 10
        assert len(row._shape.ignored) <= 10
        assert (row.integer("n"), row.unread) == (1, [])
        assert len(row_shapes._SHAPES) <= 5
    assert [Row({key: 1}).unread for key in (1, True, 1.0, "1")] == [["1"], ["true"], ["1.0"], ["1"]]
    assert Row(dict.fromkeys(map(str, range(20)), 1)).integer("19") == 1
