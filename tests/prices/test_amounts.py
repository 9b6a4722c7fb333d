"""How a price is written: what it is in rupiah, and what is not guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.values import BadRow
from connectors.prices.amounts import price
from tests.mutation import ODD


@pytest.mark.parametrize("sent", [None, "", " ", "-", " - ", 0, 0.0, "0", "0.00", "Rp 0"])
def test_nothing_a_dash_and_zero_are_days_on_which_nobody_asked(sent):
    assert price(sent, "en") is None
    if sent != "Rp 0":
        assert price(sent) is None


@given(st.integers(1, 10**9))
def test_a_price_is_the_same_however_it_is_written_as_declared(amount):
    assert price(amount) == price(str(amount)) == price(float(amount)) == price(Decimal(amount)) == amount
    assert price(f"{amount:,}", "en") == price(f"Rp {amount:,}.00", "en") == amount
    written = f"{amount:,}".replace(",", ".")
    assert price(written, "id") == price(f"Rp{written},00", "id") == amount


@given(st.integers(1_000, 10**9), st.sampled_from([None, "en", "id"]))
def test_what_stands_before_thousands_never_makes_a_price_less_than_it_is(amount, grouping):
    for written in (f"{amount:,}", f"{amount:,}".replace(",", ".")):
        try:
            assert price(written, grouping) == amount
        except BadRow:
            continue


@given(st.integers(1_001, 999_999).filter(lambda amount: amount % 1_000), st.sampled_from([None, "en", "id"]))
def test_thousands_that_a_computer_has_read_as_a_fraction_are_no_price(amount, grouping):
    with pytest.raises(BadRow, match="may be in thousands"):
        price(amount / 1_000, grouping)


@given(
    st.one_of(st.sampled_from(ODD), st.text(), st.floats(), st.integers(), st.binary()),
    st.sampled_from([None, "en", "id"]),
)
def test_whatever_is_sent_is_a_price_none_or_a_bad_row(sent, grouping):
    try:
        found = price(sent, grouping)
    except BadRow:
        return
    assert found is None or 0 < found <= 10**9
