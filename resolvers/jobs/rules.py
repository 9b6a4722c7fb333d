"""When vacancies of several publishers are one vacancy, and what it says. No I/O in here."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from connectors.jobs.records import Education, JobType, PayPeriod, Salary, Vacancy, VacancyText

KEPT = 65_536
"""How many names are kept in the form in which they are compared."""

_SEX = r"(pria|wanita|laki[\s-]*laki|perempuan|putra|putri)"
SEXES = re.compile(rf"\b(l\s*/\s*p|p\s*/\s*l|[mfwd](\s*/\s*[mfwd]){{1,2}}|{_SEX}\s*[/|&]\s*{_SEX})\b")
DOTTED = re.compile(r"\b([pc])\.\s?([tv])\b")
FORMS = re.compile(r"\b(pt|cv|ud|tbk|persero|perseroan terbatas|persero terbatas)\b")
LEVELS = ((re.compile(r"\bkab\b"), "kabupaten"), (re.compile(r"\b(kota administrasi|kota adm)\b"), "kota"))
EMPTY = (None, (), JobType.UNKNOWN, Education.UNKNOWN)

FILLED = "category industry type education province district skills url apply_url".split()
"""Values that come from the first publisher that has them."""


class PublishedVacancy(NamedTuple):
    """A vacancy, and the code of the agency that published it."""

    vacancy: Vacancy
    agency: str


def join(publishers: Iterable[Sequence[PublishedVacancy]]) -> list[list[PublishedVacancy]]:
    """Group the vacancies that are one: the same code, or the same title, company and city at overlapping times.

    One code at several places is one vacancy. Vacancies that one publisher distinguishes by codes stay apart: if
    several have the same key, the newest of one publisher is matched with the newest of another. A group keeps the
    order of the publishers. A vacancy without company or city is never matched by key.
    """
    groups: list[list[PublishedVacancy]] = []
    by_code: dict[str, list[PublishedVacancy]] = {}
    by_key: dict[tuple[tuple[str, ...], int], list[PublishedVacancy]] = {}
    for published in publishers:
        seen = Counter[tuple[str, ...]]()
        newest_first = sorted(published, key=lambda each: (each.vacancy.published_at, each.vacancy.code), reverse=True)
        for code, several in groupby(newest_first, lambda each: each.vacancy.code):
            places = [*several]
            keys = [(key, seen[key]) for each in places if (key := key_of(each.vacancy))]
            alike = (by_key[at] for at in keys if at in by_key)
            group = by_code.get(code) or next((each for each in alike if _all_overlap(places, each)), None)
            if group is None:
                group = []
                groups.append(group)
            group += places
            by_code.setdefault(code, group)
            for at in dict.fromkeys(keys):
                by_key.setdefault(at, group)
                seen[at[0]] += 1
    return groups


def at_home(group: Sequence[PublishedVacancy], is_city: Callable[[str], bool]) -> Vacancy:
    """The vacancy of the group that is in the city; else the first one."""
    here = (each.vacancy for each in group if each.vacancy.city and is_city(each.vacancy.city))
    return next(here, group[0].vacancy)


def merged(vacancies: Sequence[Vacancy]) -> Vacancy:
    """One vacancy from all: published with the first one and open as long as one is; each value from one of them.

    A publisher that gives no end does not keep the vacancy open longer than one that gives an end.
    """
    first = vacancies[0]
    if len(vacancies) == 1:
        return first
    return msgspec.structs.replace(
        first,
        published_at=min(each.published_at for each in vacancies),
        expires_at=max((each.expires_at for each in vacancies if each.expires_at), default=None),
        counts_until=max((each.counts_until for each in vacancies if each.counts_until), default=None),
        salary=max((each.salary for each in vacancies if each.salary), key=_fullness, default=None),
        **{name: _said(vacancies, name) for name in FILLED},
    )


def fullest(texts: Iterable[VacancyText | None]) -> VacancyText | None:
    """The longest text; of equal ones the first."""
    return max(
        filter(None, texts), key=lambda each: len(each.description or "") + len(each.qualification or ""), default=None
    )


def key_of(vacancy: Vacancy) -> tuple[str, ...] | None:
    """Title, company and city in the form in which they are compared; None if one of them is missing."""
    if vacancy.company is None or vacancy.city is None:
        return None
    key = (plain_title(vacancy.title), plain_company(vacancy.company), plain_city(vacancy.city))
    return key if all(key) else None


@lru_cache(KEPT)
def plain_title(title: str) -> str:
    """The title without a mark of sexes: "Kasir (L/P)" becomes "kasir". C, C++ and C# stay different."""
    return _words(SEXES.sub(" ", _folded(title)))


@lru_cache(KEPT)
def plain_company(company: str) -> str:
    """The company without its legal form: "PT. Contoh Tbk" becomes "contoh"."""
    words = _words(DOTTED.sub(r"\1\2", _folded(company)))
    return _words(FORMS.sub(" ", words)) or words


@lru_cache(KEPT)
def plain_city(city: str) -> str:
    """The city with its level, if there is one: "Kab. Contoh", "Kota Contoh" and "Contoh" stay different."""
    words = _words(_folded(city))
    for short, long in LEVELS:
        words = short.sub(long, words)
    return words


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+[+#]*", text))


def _all_overlap(some: Iterable[PublishedVacancy], others: Sequence[PublishedVacancy]) -> bool:
    return all(_overlap(one.vacancy, other.vacancy) for one in some for other in others)


def _overlap(one: Vacancy, other: Vacancy) -> bool:
    return _begins_in_time(one, other) and _begins_in_time(other, one)


def _begins_in_time(one: Vacancy, other: Vacancy) -> bool:
    return other.ends_at is None or one.published_at <= other.ends_at


def _fullness(salary: Salary) -> tuple[int, bool]:
    return sum(bound is not None for bound in (salary.minimum, salary.maximum)), salary.period is not PayPeriod.UNKNOWN


def _said(vacancies: Iterable[Vacancy], name: str) -> Any:
    said = [getattr(each, name) for each in vacancies]
    return next((value for value in said if value not in EMPTY), said[0])
