"""How regulations are searched by words: what is indexed of one, what is asked for, and how that is said in SQL.

Both databases are given the same words and asked for the same ones; no language of theirs, and no rank of theirs, is
used: so they find the same, in the same order. A word is asked for by how it begins, a number and a kind whole.
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
"""Words that most titles have, or that stand before a number; neither indexed nor asked for."""

MOST_WORDS = 1_000
"""So many words of a title, or of all subjects together, are indexed."""

HEADING, TOPICS, CITES = ("heading", "A"), ("topics", "B"), ("cites", "C")
"""What is indexed: the column of SQLite's index, and the weight that PostgreSQL knows it by."""


class Search(msgspec.Struct, frozen=True):
    """What a text asks for: words, each by how it begins or, if `whole`, as it is; and what regulation it may name."""

    words: tuple[tuple[str, bool], ...]
    kind: str | None
    number: str | None
    year: int | None


def search_for(text: str) -> Search | None:
    """What this text asks for; None where nothing can be found by it, as it is not blank and has no word."""
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
    """Its title, kind, number and year, as they are indexed."""
    year = str(regulation.year or "")
    return _indexed((regulation.title, regulation.kind, regulation.abbreviation or "", regulation.number or "", year))


def topics(regulation: Regulation) -> str:
    """Its subjects, and whose it is, as they are indexed."""
    return _indexed((*regulation.subjects, *filter(None, (regulation.author, regulation.place))))


def cites(regulation: Regulation) -> str:
    """What it says something of, as it is indexed."""
    return " ".join(sorted({token(each.cited) for each in regulation.statements if each.cited}))


def token(cited: Citation) -> str:
    """A regulation, however it is named, as one word."""
    return f"{cited.kind.casefold()}{cited.number}y{cited.year}"


def root_of(word: str) -> str | None:
    """What a noun is made of, where nothing of it changes: `parkir` of `perparkiran`, `camat` of `kecamatan`.

    Titles of regulations have the long word where people type the short one. Other affixes change their root
    (`pengelolaan`), and are left alone.
    """
    made = re.fullmatch(r"(?:per|ke)([a-z]{4,})an", word)
    return made[1] if made else None


def _indexed(texts: Iterable[str]) -> str:
    """The words of all texts once, what nouns are made of, and what names are short for or called in short."""
    found: dict[str, None] = {}
    for text in texts:
        words = fold(text)[:MOST_WORDS]
        for place, word in enumerate(words):
            found |= dict.fromkeys(kind.casefold() for kind, _ in kinds_at(words, place))
            found |= dict.fromkeys(filter(None, (word, root_of(word), *also_called(words, place))))
    return " ".join(word for word in found if word not in SAYS_NOTHING)


def matches(dialect: str, search: Search) -> ColumnElement[bool]:
    """Whether a regulation has all the words, each in its heading or among its subjects."""
    return _having(dialect, search.words, (HEADING, TOPICS))


def cites_any(dialect: str, cited: Iterable[Citation]) -> ColumnElement[bool]:
    """Whether a regulation says something of one of these."""
    return _having(dialect, [(each, True) for each in sorted({token(one) for one in cited})], (CITES,), any_of=True)


def rank(dialect: str, search: Search) -> ColumnElement[int]:
    """0 for what is named by number, year and kind; 1 where all words stand in the heading; 2 for the others."""
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

    They are folded, so nothing in them could be taken for more than a word.
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
