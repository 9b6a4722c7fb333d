"""Which regulation a publisher means by the words in which it names one. No I/O in here."""

from collections.abc import Iterable, Sequence

from connectors.jdih.kinds import KINDS, fold
from connectors.jdih.records import Citation, Regulation, RegulationLevel
from store.jdih.regulations import Found

LEVELS = {("kota",): RegulationLevel.CITY, ("provinsi",): RegulationLevel.PROVINCE}
"""A place that is named without its name."""

OF_NO_PLACE = frozenset({"indonesia", "pemerintah"})
"""What an author may have beside the name of its place."""


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
