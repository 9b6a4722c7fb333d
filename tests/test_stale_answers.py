"""What may be served stale, and for how long, is declared at each read with its reason, and stands in docs/answers.md."""

import ast
import inspect
import re
from datetime import timedelta

import pytest

from connectors.kit.feed import following_of_feeds
from connectors.kit.read import freshness_of_reads
from connectors.registry import CONNECTORS
from tests.conftest import ROOT

UNITS = {"minute": "minutes", "menit": "minutes", "hour": "hours", "jam": "hours", "day": "days", "hari": "days"}
NEVER = ("never", "tidak pernah")


def declared():
    """For how long each read or feed of a domain may be served stale; all connectors of a domain agree."""
    found = {}
    for connector in CONNECTORS:
        kept = {name: each.stale for name, each in freshness_of_reads(connector).items() if each.kept}
        for name, stale in (kept | {name: each.stale for name, each in following_of_feeds(connector).items()}).items():
            found.setdefault(f"{connector.domain}.{name}", set()).add(stale)
    return found


def told(page):
    found = {}
    for read, how_long in re.findall(r"^\| (`[a-z]+\.[^|]*) \| [^|]* \| ([^|]*) \| [^|]+ \|$", page, re.MULTILINE):
        number, _, unit = how_long.partition(" ")
        stale = timedelta(0) if how_long in NEVER else timedelta(**{UNITS[unit.removesuffix("s")]: int(number)})
        found |= {name: {stale} for name in re.findall(r"`([^`]+)`", read)}
    return found


@pytest.mark.parametrize("page", ["docs/answers.md", "docs/id/answers.md"])
def test_the_page_tells_of_each_read_what_is_declared(page):
    assert told((ROOT / page).read_text(encoding="utf-8")) == declared()


def test_a_tax_is_never_served_stale_and_a_bed_count_for_half_an_hour():
    found = declared()
    assert {stale for name, of in found.items() if name.startswith("tax.") for stale in of} == {timedelta(0)}
    assert found["beds.rooms"] == {timedelta(minutes=30)}
    assert found["prices.prices"] == {timedelta(days=1)}
    assert found["jdih.regulations"] == {timedelta(days=30)}
    at_once = {
        f"{connector.domain}.{name}": each.revalidate
        for connector in CONNECTORS
        for name, each in freshness_of_reads(connector).items()
    }
    assert {each for name, each in at_once.items() if name.startswith("tax.")} == {timedelta(0)}


def test_each_declaration_has_its_reason_in_one_comment_before_it():
    without = []
    for connector in CONNECTORS:
        for kind in filter(lambda each: each.__module__.startswith("connectors."), inspect.getmro(connector)):
            source = inspect.getsource(inspect.getmodule(kind))
            lines = source.splitlines()
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.AsyncFunctionDef) and (where := _declared_at(node, lines)):
                    without += [] if lines[where - 2].strip().startswith("# ") else [f"{kind.__module__}.{node.name}"]
    assert sorted(set(without)) == []


def _declared_at(node, lines):
    """The line of a declaration of something that is kept."""
    for mark in node.decorator_list:
        text = " ".join(lines[mark.lineno - 1 : mark.end_lineno])
        if re.match(r"\s*@(read|feed)\(", text) and "NEVER_KEPT" not in text:
            return mark.lineno
    return None
