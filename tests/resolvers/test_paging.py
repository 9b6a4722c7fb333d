"""The laws of paging, for any list, any size of page, and lists that change between two pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.kit.errors import UserError
from resolvers.kit.paging import DEFAULT, MOST, PageArguments, paginate

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
