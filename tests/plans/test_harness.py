"""What proves plans finds whatever is planted: one thing that is not as graphql-core has it."""

import copy
from collections import Counter

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


async def found_with(twist, *, shrinks=False):
    """The first difference among so many operations."""
    return (await synthetic_prover("planted", twist, shrinks=shrinks).prove(ENOUGH, stop_at=1)).differences


def test_each_change_in_the_answer_and_in_what_is_done_is_found():
    async def found():
        with told_alike():
            bodies = {name: await found_with(Twist(change)) for name, change in BODIES.items()}
            return bodies, {name: await found_with(Twist(seen=change)) for name, change in SEEN.items()}

    bodies, seen = virtually(found)
    of_bodies = {name: [each.one.differs(each.two) for each in differences] for name, differences in bodies.items()}
    assert of_bodies == {name: [["bodies"]] for name in BODIES}
    of_seen = {name: [each.one.differs(each.two) for each in differences] for name, differences in seen.items()}
    assert of_seen == {name: [[name]] for name in SEEN}


def test_what_is_found_is_shown_small():
    async def found():
        with told_alike():
            return await found_with(Twist(BODIES["a code"]), shrinks=True)

    (difference,) = virtually(found)
    assert len(difference.case.asked.text) < 60, difference
    assert difference.case.asked.text in str(difference)
    assert '"code":"X"' in str(difference)
