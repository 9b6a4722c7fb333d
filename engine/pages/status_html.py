"""The status page, in the frame of all pages for people: no script, light or dark as the reader's device is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Protocol

from connectors.kit.bilingual import Bilingual
from connectors.kit.health import Condition
from engine.pages.site.frame import Content, Frame, policy_of
from engine.pages.status_words import DATA_OF, SINCE, STATES, WORST_FIRST, StatusWords, worst
from resolvers.status.board import AgencyStatus, Board

STYLE = (Path(__file__).parent / "status.css").read_text(encoding="utf-8")
POLICY = policy_of(STYLE)

DAYS = 30
"""Days of the history."""
GOOD, FAIR = 0.99, 0.9
"""From which part of answered calls on a day is good, or fair."""
SYMBOLS = {Condition.UP: "✓", Condition.DEGRADED: "!", Condition.DOWN: "✕", Condition.UNKNOWN: "?"}

TITLE = Bilingual(id="Status layanan {}", en="Status of services, {}")
AS_OF = Bilingual(id="Keadaan {} {}.", en="As of {} {}.")
ANNOUNCED = Bilingual(id="Pengumuman", en="Announcements")
SUBJECTS = Bilingual(id="Layanan", en="Services")
SYSTEMS = Bilingual(id="{} sistem", en="{} systems")
SYSTEM = Bilingual(id="1 sistem", en="1 system")
ALL_WELL = Bilingual(id="Semua sistem yang sudah ditanya menjawab.", en="All systems that were asked answer.")
DOWN_NOW = Bilingual(id="{} dari {} sistem tidak menjawab.", en="No answer from {} of {} systems.")
TROUBLED = Bilingual(id="{} dari {} sistem terganggu.", en="{} of {} systems have trouble.")
NO_STORE = Bilingual(
    id="Basis data simpul ini sedang tidak menjawab: pengumuman, riwayat, dan umur salinan tidak dapat ditampilkan.",
    en="The hub's own store does not answer now: announcements, history and the age of copies cannot be shown.",
)
HISTORY = Bilingual(id="{} hari: {} panggilan dijawab", en="{} days: {} of calls answered")
WORST_DAY = Bilingual(id="terburuk {}: {}", en="worst {}: {}")
NO_HISTORY = Bilingual(id="{} hari: belum ada panggilan", en="{} days: no calls yet")
EXPLAINED = Bilingual(
    id="Setiap batang adalah satu hari: hijau untuk sedikitnya 99 % panggilan yang dijawab, kuning untuk sedikitnya "
    "90 %, merah untuk kurang dari itu, abu-abu untuk hari tanpa panggilan.",
    en="Each bar is one day: green for at least 99 % of calls answered, yellow for at least 90 %, red for less, grey "
    "for a day without calls.",
)
RELOAD = Bilingual(id="Muat ulang halaman ini untuk keadaan terbaru.", en="Reload this page for the newest state.")
FOR_PROGRAMS = Bilingual(id="Untuk program", en="For programs")
PAGE = """<h1>{title}</h1>
<p class="quiet">{as_of} {reload}</p>
{body}
<p class="quiet">{programs}: <a href="/status.json">JSON</a>, <a href="/status.atom?lang={language}">Atom</a>.</p>"""
ATOM = '<link rel="alternate" type="application/atom+xml" href="/status.atom?lang={language}" title="{title}">\n'


class DayOfCalls(Protocol):
    """One day of the history of one agency."""

    @property
    def since(self) -> datetime:
        """When it began."""

    @property
    def calls(self) -> int:
        """How many calls were made, or would have been if the agency had answered."""

    @property
    def answered(self) -> int:
        """How many of them were answered."""


History = Mapping[str, Sequence[DayOfCalls]]
"""The days of each agency that has any."""


def page(
    frame: Frame, board: Board, titles: Mapping[str, Bilingual], history: History | None, words: StatusWords
) -> str:
    """The whole page; without `history`, where nobody knows it, there are no bars."""
    language = words.language
    title = TITLE[language].format(frame.city.name)
    zone = words.now.astimezone(words.zone).strftime("%Z")
    body = PAGE.format(
        language=language,
        title=escape(title),
        as_of=escape(AS_OF[language].format(words.moment(board.at), zone)),
        reload=RELOAD[language],
        programs=FOR_PROGRAMS[language],
        body="\n".join(_body(board, titles, history, words)),
    )
    atom = ATOM.format(language=language, title=escape(title))
    return frame.page(Content(title, body, style=STYLE, head=atom), "/status", language)


def standing_of(board: Board, language: str) -> str:
    """How the agencies do, in one sentence."""
    return _overall(board, _worst_of(board), language)


def subjects_of(
    board: Board, titles: Mapping[str, Bilingual], language: str
) -> list[tuple[str, str, list[AgencyStatus]]]:
    """The domains with agencies, each with its title: first those with a system that does not answer, then by title."""
    found: dict[str, list[AgencyStatus]] = {}
    for each in board.agencies:
        found.setdefault(each.domain, []).append(each)
    titled = [(domain, titles[domain][language] if domain in titles else domain, of) for domain, of in found.items()]
    return sorted(titled, key=lambda each: (WORST_FIRST.index(worst(each[2])), each[1].casefold()))


def _body(board: Board, titles: Mapping[str, Bilingual], history: History | None, words: StatusWords) -> Iterator[str]:
    language = words.language
    overall = _worst_of(board)
    yield f'<p class="overall {_class(overall)}">{_symbol(overall)}{escape(_overall(board, overall, language))}</p>'
    if not board.store_answers:
        yield f'<p class="note">{escape(NO_STORE[language])}</p>'
    standing = [each for each in board.announcements if each.stands(board.at)]
    if standing:
        names = {each.code: each.name for each in board.agencies}
        yield f'<h2>{ANNOUNCED[language]}</h2>\n<ul class="announcements">'
        for each in standing:
            name = escape(names.get(each.agency, each.agency))
            yield (
                f"<li><strong>{name}</strong>: {escape(each.text[language])}"
                f'<br><span class="quiet">{escape(words.lasting(each))}</span></li>'
            )
        yield "</ul>"
    yield f"<h2>{SUBJECTS[language]}</h2>"
    for _, title, agencies in subjects_of(board, titles, language):
        yield from _subject(title, agencies, history, words)
    if history:
        yield f'<p class="quiet">{escape(EXPLAINED[language])}</p>'


def _worst_of(board: Board) -> Condition:
    return worst(board.agencies) if board.agencies else Condition.UNKNOWN


def _overall(board: Board, overall: Condition, language: str) -> str:
    if overall in {Condition.DOWN, Condition.DEGRADED}:
        number = sum(each.state is overall for each in board.agencies)
        said = DOWN_NOW if overall is Condition.DOWN else TROUBLED
        return said[language].format(number, len(board.agencies))
    return ALL_WELL[language]


def _subject(title: str, agencies: list[AgencyStatus], history: History | None, words: StatusWords) -> Iterator[str]:
    state, language = worst(agencies), words.language
    name, _, sentence = words.sentence(title, agencies).partition(": ")
    opened = " open" if state in {Condition.DOWN, Condition.DEGRADED} else ""
    count = SYSTEM[language] if len(agencies) == 1 else SYSTEMS[language].format(len(agencies))
    yield f'<section class="subject"><h3>{escape(name)}</h3>'
    yield f'<p class="{_class(state)}">{_symbol(state)}{escape(sentence[:1].upper() + sentence[1:])}</p>'
    yield f'<details{opened}><summary>{count}</summary><ul class="systems">'
    for each in sorted(agencies, key=lambda each: (WORST_FIRST.index(each.state), each.name.casefold())):
        yield from _system(each, history, words)
    yield "</ul></details></section>"


def _system(status: AgencyStatus, history: History | None, words: StatusWords) -> Iterator[str]:
    language, ill = words.language, status.state in {Condition.DOWN, Condition.DEGRADED}
    since = SINCE[language].format(words.moment(status.since)) if ill and status.since else ""
    data = DATA_OF[language].format(words.moment(status.last_success)) if status.last_success else ""
    yield f'<li><span class="name">{escape(status.name)}</span>'
    yield f'<span class="state {_class(status.state)}">{_symbol(status.state)}{STATES[status.state][language]}'
    yield f'{escape(since)}<span class="quiet">{escape(data)}</span></span>'
    if history is not None:
        yield f'<span class="bars">{_bars(history.get(status.code, ()), words)}</span>'
    yield "</li>"


def _bars(days: Sequence[DayOfCalls], words: StatusWords) -> str:
    """The days of one agency: the same in a picture and in words."""
    language = words.language
    called = [each for each in days if each.calls]
    parts = {each.since.date(): each.answered / each.calls for each in called}
    told = NO_HISTORY[language].format(DAYS)
    if parts:
        whole = sum(each.answered for each in called) / sum(each.calls for each in called)
        told = HISTORY[language].format(DAYS, words.percent(whole))
        worst_day = min(parts, key=lambda day: (parts[day], day))
        if len(parts) > 1 and parts[worst_day] < GOOD:
            at = next(each.since for each in days if each.since.date() == worst_day)
            told += "; " + WORST_DAY[language].format(words.day(at), words.percent(parts[worst_day]))
    first = words.now.date() - timedelta(days=DAYS - 1)
    rects = "".join(
        f'<rect{_fill(parts.get(first + timedelta(days=number)))} x="{number * 4}" width="3" height="10"/>'
        for number in range(DAYS)
    )
    picture = f'<svg viewBox="0 0 {DAYS * 4 - 1} 10" preserveAspectRatio="none" aria-hidden="true">{rects}</svg>'
    return f'{picture}<span class="quiet">{escape(told)}</span>'


def _fill(part: float | None) -> str:
    if part is None:
        return ""
    return f' class="{"u" if part >= GOOD else "d" if part >= FAIR else "x"}"'


def _symbol(state: Condition) -> str:
    return f'<span aria-hidden="true">{SYMBOLS[state]} </span>'


def _class(state: Condition) -> str:
    return state.value.lower()
