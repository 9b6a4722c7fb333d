"""What a publisher's `status` says: whether the regulation is in force, and what it does to other regulations.

The field is free text: "Berlaku", "Mencabut Perda Nomor 3 Tahun 2010", "Diubah dengan Perwal 5/2021; dicabut dengan …".
If a text has one unknown word, the status is UNKNOWN and there is no statement. If the other regulation is not certain,
its name stays text. Titles are not read.
"""

import re
from typing import NamedTuple

from connectors.jdih.kinds import AREAS, fold, kinds_at
from connectors.jdih.records import Citation, RegulationStatus, Statement, Verb

STATUSES = {
    "berlaku": RegulationStatus.IN_FORCE,
    "masih berlaku": RegulationStatus.IN_FORCE,
    "aktif": RegulationStatus.IN_FORCE,
    "tidak berlaku": RegulationStatus.REVOKED,
    "tidak berlaku lagi": RegulationStatus.REVOKED,
    "tidak aktif": RegulationStatus.REVOKED,
    "dicabut": RegulationStatus.REVOKED,
    "diubah": RegulationStatus.AMENDED,
    "mencabut": None,
    "mengubah": None,
}
"""The words of a status, folded, and the status of the regulation itself.

None: the words are about another regulation.
"""

TOGETHER = {
    frozenset({RegulationStatus.IN_FORCE, RegulationStatus.AMENDED}): RegulationStatus.AMENDED,
    frozenset({RegulationStatus.AMENDED, RegulationStatus.REVOKED}): RegulationStatus.REVOKED,
}
"""What two statuses mean together. Other pairs contradict each other."""

VERBS = {
    "mencabut": Verb.REVOKES,
    "mengubah": Verb.AMENDS,
    "dicabut": Verb.REVOKED_BY,
    "diubah": Verb.AMENDED_BY,
}

LONGEST = 2_000
"""The longest status that is read, in characters."""

_VERB = re.compile(rf"\b({'|'.join(VERBS)})\b", re.IGNORECASE)
_DENIED = re.compile(rf"\b(tidak|belum|bukan)\s+({'|'.join(VERBS)})\b", re.IGNORECASE)
_BY = re.compile(r"\s*(dengan|oleh)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;\n]|\b(?:dan|serta)\b", re.IGNORECASE)
_AROUND = " \t\r\n.,;:()-"


class Said(NamedTuple):
    """The meaning of a status. `strange`: it has unknown words, or words that contradict each other."""

    status: RegulationStatus
    statements: tuple[Statement, ...] = ()
    strange: bool = False


def read_status(text: str | None) -> Said:
    """What a status says of the regulation itself and of others."""
    if text is None:
        return Said(RegulationStatus.UNKNOWN)
    if len(text) > LONGEST:
        return Said(RegulationStatus.UNKNOWN, strange=True)
    head, *rest = _VERB.split(text)
    clauses = list(zip(rest[::2], rest[1::2], strict=True))
    words = [*([head] if fold(head) else []), *(verb for verb, _ in clauses)]
    said = [" ".join(fold(each)) for each in words]
    known = all(each in STATUSES for each in said)
    if not known or _DENIED.search(text) or any(_unclear(*clause) for clause in clauses):
        return Said(RegulationStatus.UNKNOWN, strange=True)
    statements = tuple(statement for clause in clauses for statement in _statements(*clause))
    found = frozenset(status for each in said if (status := STATUSES[each]))
    status = TOGETHER.get(found) or (next(iter(found)) if len(found) == 1 else RegulationStatus.UNKNOWN)
    return Said(status, statements, strange=bool(found) and status is RegulationStatus.UNKNOWN)


def _unclear(verb: str, behind: str) -> bool:
    """Whether a passive verb is followed by anything but a regulation: `dicabut sebagian` is not `dicabut`."""
    return VERBS[verb.casefold()] in (Verb.REVOKED_BY, Verb.AMENDED_BY) and not (
        _BY.match(behind) or all(word in ("dan", "serta") for word in fold(behind))
    )


def _statements(verb: str, behind: str) -> list[Statement]:
    """One statement for each named regulation, or one for all if one of them is not certain."""
    named = _BY.sub("", behind, count=1).strip(_AROUND)
    named = re.sub(r"(?:^|\s)(?:dan|serta)$", "", named, flags=re.IGNORECASE).strip(_AROUND)
    if not named:
        return []
    parts = [each.strip(_AROUND) for each in _BETWEEN.split(named)]
    cited = [read_citation(each) for each in parts]
    does = VERBS[verb.casefold()]
    if None in cited:
        return [Statement(does, f"{verb}{behind}".strip(_AROUND), None)]
    return [Statement(does, part, each) for part, each in zip(parts, cited, strict=True)]


def read_citation(text: str) -> Citation | None:
    """A kind, a number and a year, with or without a place after the kind; None for anything else."""
    words = [each for each in fold(text) if each not in ("nomor", "no", "tahun", "thn")]
    kind, length = next(kinds_at(words, 0), ("", 0))
    place, numbers = words[length:-2], words[-2:]
    if not kind or len(numbers) != 2 or not all(map(str.isdecimal, numbers)):
        return None
    if not re.fullmatch(r"(19|20)\d\d", numbers[1]) or len(words) < length + 2:
        return None
    if place and not (place[0] in AREAS and all(map(str.isalpha, place))):
        return None
    return Citation(kind, numbers[0], int(numbers[1]), " ".join(place))
