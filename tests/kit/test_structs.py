"""A struct made of a smaller one."""

import msgspec
import pytest

from connectors.kit.structs import extended


class Record(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    price: int
    hidden: bool = False


class Shown(Record, frozen=True, kw_only=True):
    price: str
    age: int


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    name: str


def test_it_has_what_both_share_and_what_is_said_counts_first():
    record = Record(name="a", price=5, hidden=True)
    assert extended(Shown, record, price="Rp5", age=3) == Shown(name="a", price="Rp5", hidden=True, age=3)
    assert extended(Apart, record) == Apart(name="a")


def test_what_is_missing_is_an_error():
    with pytest.raises(TypeError, match="age"):
        extended(Shown, Record(name="a", price=5))
