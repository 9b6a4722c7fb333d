"""What proves plans finds whatever is planted: one thing that is not as graphql-core has it."""

import copy
from collections import Counter

import pytest

from tests.plans.proving import synthetic_prover
from tests.plans.sides import told_alike
from tests.plans.virtual_time import virtually

ENOUGH = 300


def first(value, wanted):
    """The first part of an answer that is wanted, with what holds it and its key there."""
    left = [value]
    while left:
        at = left.pop(0)
        for key, each in list(at.items()) if isinstance(at, dict) else list(enumerate(at)):
            if wanted(each):
                return at, key
            if isinstance(each, dict | list):
                left.append(each)
    return None, None


def swap_keys(body):
    at, key = first(body, lambda each: isinstance(each, dict) and len(each) > 1 and "sources" not in each)
    if at is not None:
        at[key] = dict(reversed(at[key].items()))


def null_a_value(body):
    at, key = first(body.get("data") or {}, lambda each: isinstance(each, str | int | float))
    if at is not None:
        at[key] = None


def drop_an_item(body):
    at, key = first(body.get("data") or {}, lambda each: isinstance(each, list) and each)
    if at is not None:
        at[key].pop()


def another_number(body):
    at, key = first(body.get("data") or {}, lambda each: type(each) is int)
    if at is not None:
        at[key] = float(at[key])


def longer_path(body):
    for each in body.get("errors", ())[:1]:
        if "path" in each:
            each["path"] = [*each["path"], 0]


def of_the_first_error(**changed):
    def change(body):
        for each in body.get("errors", ())[:1]:
            each.update(changed)

    return change


def another_code(body):
    for each in body.get("errors", ())[:1]:
        each["extensions"] = each["extensions"] | {"code": "X"}


def swap_errors(body):
    if "errors" in body:
        body["errors"].reverse()


def lose_an_error(body):
    if body.get("errors") and len(body["errors"]) > 1:
        body["errors"].pop()


def lose_the_absences(body):
    body["extensions"].pop("absences", None)


BODIES = {
    "the order of keys": swap_keys,
    "a value that is null": null_a_value,
    "an item too few": drop_an_item,
    "another number": another_number,
    "a path": longer_path,
    "a message": of_the_first_error(message="x"),
    "a place in the document": of_the_first_error(locations=[{"line": 7, "column": 1}]),
    "a code": another_code,
    "the order of errors": swap_errors,
    "an error too few": lose_an_error,
    "absences": lose_the_absences,
}
SEEN = {
    "cost": lambda found: found._replace(cost=found.cost + 1),
    "worked": lambda found: found._replace(worked=found.worked - 1),
    "roots": lambda found: found._replace(roots=found.roots[1:]),
    "asked": lambda found: found._replace(asked=found.asked + Counter(["one more"])),
    "entries": lambda found: found._replace(entries=found.entries + Counter(["one more"])),
    "raised": lambda found: found._replace(raised=(*found.raised, ("x", "y"))),
}


class Twist:
    """Changes what one side answers."""

    def __init__(self, change=None, seen=None):
        self._change, self.seen = change, seen or (lambda found: found)

    def body(self, body):
        if self._change is None:
            return body
        changed = copy.deepcopy(body)
        self._change(changed)
        return changed


def found_with(twist):
    """The first difference among so many operations."""

    async def run():
        with told_alike():
            return await synthetic_prover("planted", twist).prove(ENOUGH, stop_at=1)

    return virtually(run).differences


@pytest.mark.parametrize("change", BODIES.values(), ids=BODIES)
def test_a_change_in_the_answer_is_found_and_shown_small(change):
    (found,) = found_with(Twist(change))
    assert "bodies" in found.one.differs(found.two)
    assert len(found.case.asked.text) < 120, found


@pytest.mark.parametrize("name", SEEN)
def test_a_change_in_what_is_done_is_found(name):
    (found,) = found_with(Twist(seen=SEEN[name]))
    assert found.one.differs(found.two) == [name]
    assert len(found.case.asked.text) < 120, found
