"""The report of an incident, for people in Indonesian or English, and for programs as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.bilingual import Bilingual
from engine.commands.incident.seen import Incident, Seen
from resolvers.registry import CATEGORIES

HOURS = timedelta(hours=72)
"""Within which the notice has to be given (UU 27/2022, Pasal 46 ayat 1)."""
MOST = 10_000
"""People in a report for people; the JSON has all."""

WORDS = {
    "title": Bilingual(
        id="Laporan pembacaan data pribadi (UU 27/2022, Pasal 46)",
        en="Report on readings of personal data (Law 27/2022, Article 46)",
    ),
    "made": Bilingual(id="Dibuat {at} oleh {by}", en="Made {at} by {by}"),
    "span": Bilingual(id="Waktu: {since} sampai sebelum {until}", en="Time: {since} until before {until}"),
    "client": Bilingual(id="Klien: {}", en="Client: {}"),
    "purpose": Bilingual(id="Tujuan: {}", en="Purpose: {}"),
    "reason": Bilingual(id="Alasan menyebut orang: {}", en="Reason for naming people: {}"),
    "deadline": Bilingual(
        id="Jika baru diketahui sekarang, pemberitahuan tertulis paling lambat {}.",
        en="If it was learned of now, the notice in writing is due by {}.",
    ),
    "sound": Bilingual(
        id="Catatan akses telah diperiksa sampai entri {head}: utuh, dibandingkan dengan {compared} kepala.",
        en="The record was verified up to entry {head}: it is whole, compared with {compared} heads.",
    ),
    "broken": Bilingual(
        id="Catatan akses TIDAK utuh; laporan ini mungkin tidak lengkap:",
        en="The record is NOT whole; this report may not be complete:",
    ),
    "unreadable": Bilingual(id="entri {} tidak dapat dibaca", en="entry {} cannot be read"),
    "own": Bilingual(
        id="Pembuatan laporan ini dicatat sebagai entri {}.", en="The making of this report is on record as entry {}."
    ),
    "what": Bilingual(id="a. Data pribadi yang dibaca", en="a. Personal data that were read"),
    "how": Bilingual(id="b. Kapan dan bagaimana dibaca", en="b. When and how they were read"),
    "done": Bilingual(
        id="c. Upaya penanganan dan pemulihan (diisi oleh pengendali data)",
        en="c. What is done about it (for the controller to fill in)",
    ),
    "whom": Bilingual(id="Orang yang terkena", en="People affected"),
    "none": Bilingual(id="Tidak ada pembacaan.", en="Nothing was read."),
    "hidden": Bilingual(
        id="Nomor urut hanya berlaku dalam laporan ini. Dengan --people dan --reason, nama dalam catatan disebut.",
        en="The numbers hold in this report alone. With --people and --reason the names of the record are told.",
    ),
    "found": Bilingual(id="Nomor yang terkena di antara yang diberikan", en="Affected among the given numbers"),
    "more": Bilingual(id="dan {} orang lagi; lihat JSON", en="and {} people more; see the JSON"),
}
HEADS = {
    "category": Bilingual(id="kategori", en="category"),
    "readings": Bilingual(id="pembacaan", en="readings"),
    "people": Bilingual(id="orang", en="people"),
    "first": Bilingual(id="pertama", en="first"),
    "last": Bilingual(id="terakhir", en="last"),
    "audience": Bilingual(id="pembaca", en="reader"),
    "app": Bilingual(id="aplikasi", en="app"),
    "agency": Bilingual(id="instansi", en="agency"),
    "person": Bilingual(id="orang pembaca", en="person"),
    "purpose": Bilingual(id="tujuan", en="purpose"),
    "operation": Bilingual(id="operasi", en="operation"),
    "case": Bilingual(id="perkara", en="case"),
    "number": Bilingual(id="nomor", en="number"),
}
COUNTS = ("readings", "people", "first", "last")


class IncidentReport:
    """One report, in the words of one language, with the moments of one time zone."""

    def __init__(self, incident: Incident, language: str, zone: ZoneInfo) -> None:
        self._incident = incident
        self._language = language
        self._zone = zone

    def text(self) -> str:
        """For people, as Markdown."""
        return "\n".join(self._lines()) + "\n"

    def json(self) -> str:
        """For programs."""
        return msgspec.json.format(msgspec.json.encode(self._told(), enc_hook=str)).decode() + "\n"

    def _lines(self) -> Iterator[str]:
        incident, question = self._incident, self._incident.question
        yield f"# {self._say('title')}\n"
        yield f"- {self._say('made', at=self._at(incident.made_at), by=incident.made_by)}"
        yield f"- {self._say('span', since=self._at(question.since), until=self._at(question.until))}"
        for name in ("client", "purpose", "reason"):
            if value := getattr(question, name):
                yield f"- {self._say(name, value)}"
        yield f"- {self._say('deadline', self._at(incident.made_at + HOURS))}"
        if incident.broken or incident.unreadable:
            yield f"- **{self._say('broken')}**"
            yield from (f"  - {each}" for each in incident.broken)
            yield from (f"  - {self._say('unreadable', each)}" for each in incident.unreadable)
        else:
            yield f"- {self._say('sound', head=incident.head, compared=incident.compared)}"
        if incident.own:
            yield f"- {self._say('own', incident.own.sequence)}"
        yield f"\n## {self._say('what')}\n"
        if not incident.whole.readings:
            yield f"{self._say('none')}\n"
            return
        yield from self._table(
            ("category",), (((self._category(name),), seen) for name, seen in incident.categories.items())
        )
        yield f"\n## {self._say('how')}\n"
        yield from self._table(("audience", "app", "agency", "person"), incident.readers.items())
        for name, found in (("purpose", incident.purposes), ("operation", incident.operations)):
            yield ""
            yield from self._table((name,), (((each,), seen) for each, seen in found.items()))
        if incident.cases:
            yield f"\n{self._head('case')}: {', '.join(f'{each} ({n})' for each, n in sorted(incident.cases.items()))}"
        yield f"\n## {self._say('done')}\n\n…\n"
        yield f"## {self._say('whom')}: {len(incident.people)}\n"
        yield from self._people()

    def _people(self) -> Iterator[str]:
        incident = self._incident
        if not incident.question.reason:
            yield f"{self._say('hidden')}\n"
        rows = [((name,), seen) for name, seen in self._named().items()]
        yield from self._table(("number",), rows[:MOST], counts=("readings", "first", "last"))
        if len(rows) > MOST:
            yield f"\n{self._say('more', len(rows) - MOST)}"
        if incident.question.among:
            yield f"\n## {self._say('found')}: {len(incident.found)}\n"
            yield from (f"- {number}: {', '.join(names)}" for number, names in sorted(incident.found.items()))

    def _named(self) -> Mapping[str, Seen]:
        """By their names in the record, or by numbers of this report."""
        people = sorted(self._incident.people.items(), key=lambda each: (str(each[1].first), each[0]))
        if self._incident.question.reason:
            return dict(people)
        return {f"P-{number:05}": seen for number, (_, seen) in enumerate(people, start=1)}

    def _told(self) -> dict[str, Any]:
        incident, question = self._incident, self._incident.question
        asked = {name: getattr(question, name) for name in ("since", "until", "client", "purpose", "reason")}
        return {
            "law": "UU 27/2022, Pasal 46",
            "made_at": incident.made_at,
            "made_by": incident.made_by,
            "notice_until": incident.made_at + HOURS,
            "asked": asked,
            "verified": {
                "head": str(incident.head),
                "compared": incident.compared,
                "broken": incident.broken,
                "unreadable": incident.unreadable,
            },
            "recorded_as": str(incident.own) if incident.own else None,
            "whole": _counts(incident.whole),
            "categories": {name: _counts(seen) for name, seen in sorted(incident.categories.items())},
            "readers": [
                dict(zip(("audience", "app", "agency", "person"), who, strict=True)) | _counts(seen)
                for who, seen in sorted(incident.readers.items())
            ],
            "purposes": {name: _counts(seen) for name, seen in sorted(incident.purposes.items())},
            "operations": {name: _counts(seen) for name, seen in sorted(incident.operations.items())},
            "cases": dict(sorted(incident.cases.items())),
            "people": {name: _counts(seen, people=False) for name, seen in self._named().items()},
            **({"found": incident.found} if question.among else {}),
        }

    def _table(
        self, names: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], Seen]], counts: tuple[str, ...] = COUNTS
    ) -> Iterator[str]:
        yield f"| {' | '.join(map(self._head, (*names, *counts)))} |"
        yield f"|{' --- |' * (len(names) + len(counts))}"
        for cells, seen in sorted(rows):
            told = {
                "readings": str(seen.readings),
                "people": str(len(seen.people)),
                "first": self._at(seen.first),
                "last": self._at(seen.last),
            }
            yield f"| {' | '.join((*map(_cell, cells), *(told[each] for each in counts)))} |"

    def _category(self, name: str) -> str:
        return f"{name} ({CATEGORIES[name][self._language]})" if name in CATEGORIES else name

    def _say(self, what: str, *values: object, **named: object) -> str:
        return WORDS[what][self._language].format(*map(_plain, values), **{n: _plain(v) for n, v in named.items()})

    def _head(self, what: str) -> str:
        return HEADS[what][self._language]

    def _at(self, moment: datetime | None) -> str:
        return moment.astimezone(self._zone).isoformat(" ", "seconds") if moment else "-"


def _counts(seen: Seen, *, people: bool = True) -> dict[str, Any]:
    return {
        "readings": seen.readings,
        **({"people": len(seen.people)} if people else {}),
        "first": seen.first,
        "last": seen.last,
    }


def _plain(value: object) -> str:
    """On one line."""
    return " ".join(str(value).split())


def _cell(text: str) -> str:
    """A client may have put anything into the name of an operation."""
    return _plain(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
