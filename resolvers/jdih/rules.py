"""Which regulation a publisher means by the words in which it names one, and what follows for both. No I/O in here."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from connectors.jdih.kinds import KINDS, fold
from connectors.jdih.records import Citation, Regulation, RegulationLevel, Verb
from store.jdih.regulations import Found

LEVELS = {("kota",): RegulationLevel.CITY, ("provinsi",): RegulationLevel.PROVINCE}
"""A place that is named without its name."""

OF_NO_PLACE = frozenset({"indonesia", "pemerintah"})
"""What an author may have beside the name of its place."""


class StatedRelation(NamedTuple):
    """What one regulation does to another, or suffers from it, in the words of one of their publishers.

    `other` is None where the words do not name exactly one that the hub has.
    """

    one: Found
    verb: Verb
    text: str
    other: Found | None


def citation_of(regulation: Regulation) -> Citation | None:
    """How others name it; None for one of a kind that is not known, or without a plain number and a year."""
    kind, number, year = regulation.abbreviation, regulation.number, regulation.year
    if kind not in KINDS or not number or not (number.isascii() and number.isdecimal()) or year is None:
        return None
    return Citation(kind, number, year)


def meant(cited: Citation, by: Found, among: Iterable[Found]) -> Found | None:
    """The one that this regulation names: of its own publisher, else of its level, else of the level that the kind has.

    None where there is none, or more than one: a wrong link is worse than none. So a city's `Perda` is never the
    province's, unless its place is named.
    """
    same = [each for each in among if _is_named(each, cited) and not _same(each, by)]
    home = KINDS[cited.kind].level
    steps = [
        [each for each in same if each.agency == by.agency],
        [each for each in same if each.regulation.level is by.regulation.level],
        [each for each in same if cited.place or each.regulation.level is home],
    ]
    found: Sequence[Found] = next(filter(None, steps), ())
    return found[0] if len(found) == 1 else None


def links_of(saying: Iterable[Found], among: Sequence[Found]) -> list[StatedRelation]:
    """All that these say of others, and behind that the same as it looks from the others.

    So of two links between the same two regulations, the one that the publisher of the first says comes first.
    """
    said = [
        StatedRelation(each, said.verb, said.text, meant(said.cited, each, among) if said.cited else None)
        for each in saying
        for said in each.regulation.statements
    ]
    from_the_others = [
        StatedRelation(link.other, link.verb.inverse, link.one.regulation.status_text or link.text, link.one)
        for link in said
        if link.other
    ]
    return said + from_the_others


def _is_named(found: Found, cited: Citation) -> bool:
    named = citation_of(found.regulation)
    if named is None or (named.kind, named.number, named.year) != (cited.kind, cited.number, cited.year):
        return False
    place = tuple(cited.place.split())
    if place in LEVELS:
        return found.regulation.level is LEVELS[place]
    return not place or {*place} == {*fold(found.regulation.author or "")} - OF_NO_PLACE


def _same(one: Found, other: Found) -> bool:
    return (one.agency, one.regulation.key) == (other.agency, other.regulation.key)
