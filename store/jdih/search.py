"""The word search in regulations: what is indexed, what a text asks for, and both as SQL.

Both databases index the same words and are asked for the same words. Neither their language rules nor their ranks are
used, so both find the same in the same order. A word matches by its beginning; a number or a kind must match as a
whole.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, column, literal_column, select, table, true
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from connectors.jdih.kinds import fold, kinds_at
from connectors.jdih.records import Citation, Regulation
from store.jdih.acronyms import also_called
from store.jdih.tables import REGULATIONS

AT = REGULATIONS.c

SAYS_NOTHING = frozenset(
    "tentang ttg dan atau serta yang yg di ke dari untuk utk atas pada dengan dgn oleh "
    "nomor nomer no tahun thn th".split()
)
"""Words of nearly every title, or words before a number. They are neither indexed nor searched."""

MOST_WORDS = 1_000
"""How many words of a title, or of all subjects together, are indexed."""

HEADING, TOPICS, CITES = ("heading", "A"), ("topics", "B"), ("cites", "C")
"""What is indexed: the column in SQLite's index, and the weight in PostgreSQL."""


class Search(msgspec.Struct, frozen=True):
    """What a text asks for: words, each with whether it must match as a `whole`, and a regulation by its number."""

    words: tuple[tuple[str, bool], ...]
    kind: str | None
    number: str | None
    year: int | None


def search_for(text: str) -> Search | None:
    """What this text asks for; None if the text is not blank but has no word."""
    words, kinds, found, place = fold(text), [], list[tuple[str, bool]](), 0
    while place < len(words):
        kind, length = next(kinds_at(words, place), ("", 1))
        word = kind.casefold() or words[place]
        if kind:
            kinds.append(kind)
        if word not in SAYS_NOTHING:
            found.append((word, bool(kind) or word.isdecimal()))
        place += length
    numbers = [word for word, _ in found if word.isdecimal()]
    year = int(numbers[1]) if len(numbers) > 1 and len(numbers[1]) == 4 else None
    if not words and text.strip():
        return None
    return Search(tuple(dict.fromkeys(found)), kinds[0] if kinds else None, numbers[0] if year else None, year)


def heading(regulation: Regulation) -> str:
    """The indexed words of the title, kind, number and year."""
    year = str(regulation.year or "")
    return _indexed((regulation.title, regulation.kind, regulation.abbreviation or "", regulation.number or "", year))


def topics(regulation: Regulation) -> str:
    """The indexed words of the subjects, the author and the place."""
    return _indexed((*regulation.subjects, *filter(None, (regulation.author, regulation.place))))


def cites(regulation: Regulation) -> str:
    """The indexed names of the regulations about which something is said."""
    return " ".join(sorted({token(each.cited) for each in regulation.statements if each.cited}))


def token(cited: Citation) -> str:
    """A regulation as one word, in whatever way it is named."""
    return f"{cited.kind.casefold()}{cited.number}y{cited.year}"


def root_of(word: str) -> str | None:
    """The root of a noun with unchanged root, such as `parkir` of `perparkiran` or `camat` of `kecamatan`.

    Titles have the long word, and people type the short one. Affixes that change the root (`pengelolaan`) are not
    handled.
    """
    made = re.fullmatch(r"(?:per|ke)([a-z]{4,})an", word)
    return made[1] if made else None


def _indexed(texts: Iterable[str]) -> str:
    """The words of all texts, each once, with the roots of nouns and the long and short forms of names."""
    found: dict[str, None] = {}
    for text in texts:
        words = fold(text)[:MOST_WORDS]
        for place, word in enumerate(words):
            found |= dict.fromkeys(kind.casefold() for kind, _ in kinds_at(words, place))
            found |= dict.fromkeys(filter(None, (word, root_of(word), *also_called(words, place))))
    return " ".join(word for word in found if word not in SAYS_NOTHING)


def matches(dialect: str, search: Search) -> ColumnElement[bool]:
    """Whether a regulation has all the words in its heading or its subjects."""
    return _having(dialect, search.words, (HEADING, TOPICS))


def cites_any(dialect: str, cited: Iterable[Citation]) -> ColumnElement[bool]:
    """Whether a regulation says something about one of these."""
    return _having(dialect, [(each, True) for each in sorted({token(one) for one in cited})], (CITES,), any_of=True)


def rank(dialect: str, search: Search) -> ColumnElement[int]:
    """0 if number, year and kind are named, 1 if all words are in the heading, 2 otherwise."""
    in_heading = _having(dialect, search.words, (HEADING,))
    if search.year is None:
        return case((in_heading, 1), else_=2)
    named = [AT.number == search.number, AT.year == search.year]
    if search.kind:
        named.append(AT.abbreviation == search.kind.casefold())
    return case((and_(*named), 0), (in_heading, 1), else_=2)


def _having(
    dialect: str, words: Sequence[tuple[str, bool]], places: Sequence[tuple[str, str]], *, any_of: bool = False
) -> ColumnElement[bool]:
    """Whether the index has all of these words, or any of them, in these places.

    The words are folded, so no character in them has a special meaning for the database.
    """
    if not words:
        return true()
    if dialect == "postgresql":
        weights = "".join(weight for _, weight in places)
        asked = (" | " if any_of else " & ").join(f"'{word}':{'' if whole else '*'}{weights}" for word, whole in words)
        return literal_column("regulations.words", TSVECTOR).bool_op("@@")(cast(asked, TSQUERY))
    columns = " ".join(name for name, _ in places)
    asked = (" OR " if any_of else " AND ").join(f'"{word}"{"" if whole else " *"}' for word, whole in words)
    index = table("regulations_words", column("rowid", Integer), column("regulations_words", String))
    found = select(index.c.rowid).where(index.c.regulations_words.bool_op("MATCH")(f"{{{columns}}} : ({asked})"))
    return AT.id.in_(found)
