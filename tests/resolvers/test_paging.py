"""The laws of paging, for any list, any size of page, and lists that change between two pages."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.kit import paging, sorted_items
from resolvers.kit.bits import TOGETHER, bits_of
from resolvers.kit.errors import UserError
from resolvers.kit.paging import DEFAULT, MOST, PageArguments, cut, paginate
from resolvers.kit.sorted_items import OFTEN, Column, Lasting, SortedItems

items = st.lists(st.tuples(st.text(max_size=3), st.integers()), unique=True, max_size=60)
sizes = st.integers(1, MOST)


def key(item):
    return item


def walk(source, first):
    """Forward to the end; `source` gives the list anew for each page."""
    after, seen = None, []
    while True:
        found = paginate(source(), key, PageArguments(first=first, after=after), order="o")
        seen += found.nodes
        after = found.page_info.end_cursor
        if not found.page_info.has_next_page:
            return seen


@given(items, sizes)
def test_pages_forward_are_the_whole_list_in_order(all_of_them, size):
    assert walk(lambda: all_of_them, size) == sorted(all_of_them)


@given(items, sizes)
def test_pages_backward_are_the_whole_list_from_its_end(all_of_them, size):
    before, seen = None, []
    while True:
        found = paginate(all_of_them, key, PageArguments(last=size, before=before), order="o")
        seen = found.nodes + seen
        before = found.page_info.start_cursor
        if not found.page_info.has_previous_page:
            break
    assert seen == sorted(all_of_them)


@given(items, sizes, st.data())
def test_what_goes_between_two_pages_neither_repeats_nor_hides_another(all_of_them, size, data):
    left = list(all_of_them)
    gone = []

    def shrinking():
        if left:
            gone.append(left.pop(data.draw(st.integers(0, len(left) - 1))))
        return [*left]

    seen = walk(shrinking, size)
    assert len(seen) == len(set(seen))
    assert set(left) <= set(seen) <= set(all_of_them)


@given(items)
def test_a_page_says_how_many_there_are_and_what_is_before_and_after_it(all_of_them):
    found = paginate(all_of_them, key, PageArguments(), order="o")
    assert found.total_count == len(all_of_them)
    assert len(found.edges) == min(DEFAULT, len(all_of_them))
    assert found.page_info.has_next_page == (len(all_of_them) > DEFAULT)
    assert found.page_info.has_previous_page is False


@given(st.text(max_size=40))
def test_a_cursor_that_is_none_is_refused(text):
    if text:
        with pytest.raises(UserError) as raised:
            paginate([("a", 1)], key, PageArguments(after=text), order="o")
        assert raised.value.code == "BAD_CURSOR"


def test_a_cursor_belongs_to_its_order():
    cursor = paginate([("a", 1)], key, PageArguments(), order="one").page_info.end_cursor
    with pytest.raises(UserError):
        paginate([("a", 1)], key, PageArguments(after=cursor), order="another")
    assert paginate([("a", 1), ("b", 2)], key, PageArguments(after=cursor), order="one").nodes == [("b", 2)]


LONG = SortedItems(range(3 * TOGETHER + 1), lambda each: (each,))


@given(st.lists(st.integers(0, 3 * TOGETHER), unique=True, max_size=150), st.data())
@settings(max_examples=50)
def test_a_page_of_the_chosen_items_is_that_of_a_list_of_them_alone(numbers, data):
    chosen = bits_of(numbers, len(LONG.items))
    edges = st.none() | st.integers(0, 3 * TOGETHER).map(cursor_of)
    size = data.draw(st.none() | st.integers(0, MOST))
    wanted = PageArguments(
        after=data.draw(edges), before=data.draw(edges), **{data.draw(st.sampled_from(("first", "last"))): size}
    )
    found = cut(LONG, wanted, order="o", chosen=chosen)
    plain = paginate(numbers, lambda each: (each,), wanted, order="o")
    assert (found.nodes, found.page_info, found.total_count, found.edges) == (
        plain.nodes, plain.page_info, plain.total_count, plain.edges,
    )  # fmt: skip


def cursor_of(number):
    return paginate([number], lambda each: (each,), PageArguments(), order="o").page_info.end_cursor


@given(st.lists(st.lists(st.integers(0, 5)), max_size=40), st.integers(0, 5), st.sets(st.integers(0, 39)))
def test_a_column_says_where_and_how_often_its_values_stand(rows, value, some):
    length, chosen = len(rows), {place for place in some if place < len(rows)}
    for often in (1, 3, OFTEN):  # from how many on a value has bits and not places
        with mock.patch.object(sorted_items, "OFTEN", often):
            column = Column(rows)
        having = {place for place, values in enumerate(rows) if value in values}
        assert column.bits(value) == bits_of(having, length)
        above = {place for place, values in enumerate(rows) if any(own > value for own in values)}
        assert {column.where(value, lambda own: own > value) for _ in range(2)} == {bits_of(above, length)}
        assert column.counts(bits_of(chosen, length)) == Counter(own for place in chosen for own in set(rows[place]))


@given(st.lists(st.none() | st.integers(0, 9)), st.lists(st.integers(-1, 10)))
def test_what_ends_is_left_out_from_its_moment_on_wherever_the_clock_goes(ends, hours):
    noon = datetime(2026, 11, 23, 5, tzinfo=UTC)
    lasting = Lasting(None if end is None else noon + timedelta(hours=end) for end in ends)
    for hour in hours:
        left = [place for place, end in enumerate(ends) if end is None or end > hour]
        assert lasting.after(noon + timedelta(hours=hour)) == bits_of(left, len(ends))


def test_cursors_are_made_where_they_are_asked_for(monkeypatch):
    made = []
    monkeypatch.setattr(paging, "_cursor", lambda *at: made.append(at) or "x")
    found = paginate(range(30), lambda each: (each,), PageArguments(), order="o")
    assert (found.nodes, found.page_info.has_next_page, found.total_count) == ([*range(20)], True, 30)
    assert [edge.node for edge in found.edges] == [*range(20)]
    assert made == []
    assert (found.page_info.end_cursor, made) == ("x", [((19,), "o")])
    assert ({edge.cursor for edge in found.edges}, len(made)) == ({"x"}, 21)
