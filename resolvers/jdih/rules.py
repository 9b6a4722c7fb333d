"""Which regulation a publisher means by its words. No I/O in here."""

from collections.abc import Iterable, Sequence

from connectors.jdih.kinds import KINDS, fold
from connectors.jdih.records import Citation, Regulation, RegulationLevel
from store.jdih.regulations import Found

LEVELS = {("kota",): RegulationLevel.CITY, ("provinsi",): RegulationLevel.PROVINCE}
"""Words that name a level and no place."""

OF_NO_PLACE = frozenset({"indonesia", "pemerintah"})
"""Words in an author's name beside the name of the place."""


def citation_of(regulation: Regulation) -> Citation | None:
    """How other regulations name this one; None without a known kind, a plain number and a year."""
    kind, number, year = regulation.abbreviation, regulation.number, regulation.year
    if kind not in KINDS or not number or not (number.isascii() and number.isdecimal()) or year is None:
        return None
    return Citation(kind, number, year)


def meant(cited: Citation, by: Found, among: Iterable[Found]) -> Found | None:
    """The regulation that is named: of the same publisher, else of the same level, else of the level of the kind.

    None if there is none, or more than one, because a wrong link is worse than no link. For example, a city's `Perda`
    never means that of the province, unless the place is named.
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
