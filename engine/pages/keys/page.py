"""The page of keys, in the frame of all pages for people."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from auth.api_key import ApiKey
from auth.key_request import ApiKeyRequest, KeyRequestState
from connectors.kit.bilingual import Bilingual
from engine.pages.keys import words
from engine.pages.site.changelog import day_in_words
from engine.pages.site.first_app import PATH as FIRST_APP
from engine.pages.site.first_app import SPENDING
from engine.pages.site.frame import Content, Frame, link, policy_of
from resolvers.platform.keys import NewApiKey

STYLE = (Path(__file__).parent / "keys.css").read_text(encoding="utf-8")


class _Input(NamedTuple):
    name: str
    label: Bilingual
    more: Bilingual | None
    longest: int


INPUTS = (
    _Input("app", words.APP, words.APP_HELP, 100),
    _Input("purpose", words.PURPOSE, None, 200),
    _Input("contact", words.CONTACT, words.CONTACT_HELP, 200),
)

LABELS = {each.name: each.label for each in INPUTS} | {"origins": words.ORIGINS}
"""What the page calls the arguments that an error names."""
REPLACING = "rotate-api-key"
"""The document that replaces a key."""
TRY = """curl -s {address}/graphql -H 'content-type: application/json' \\
  -H 'x-api-key: {key}' \\
  -d '{{"query": "{{ app {{ code quota spentThisMinute }} }}"}}'"""


class KeysOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows. `requests` is None where nobody has signed in.

    `usual_quota` is that of a key without one of its own; None for no bound. `address` is that of the hub.
    """

    filled: Mapping[str, str] = {}
    problem: str | None = None
    asked: ApiKeyRequest | None = None
    key: NewApiKey | None = None
    requests: tuple[ApiKeyRequest, ...] | None = None
    usual_quota: int | None = None
    address: str = ""


class KeysPage:
    """The page of one city. A browser may send its forms to the provider, where they lead on to."""

    def __init__(self, frame: Frame, zone: ZoneInfo, issuer: str) -> None:
        self._frame = frame
        self._zone = zone
        origin = urlsplit(issuer)._replace(path="", query="", fragment="").geturl()
        self.policy = policy_of(STYLE, f"'self' {origin}")

    def html(self, language: str, outcome: KeysOutcome) -> str:
        """The whole page."""
        title = words.TITLE[language].format(self._frame.city.name)
        body = "\n".join((f"<h1>{escape(title)}</h1>", *self._body(language, outcome)))
        return self._frame.page(Content(title, body, style=STYLE), "/keys", language)

    def ended(self, language: str) -> str:
        """A sign-in that cannot be used."""
        return words.ENDED[language]

    def away(self, language: str) -> str:
        """A provider that does not answer."""
        return words.AWAY[language]

    def _body(self, language: str, outcome: KeysOutcome) -> Iterator[str]:
        named, _, told = (outcome.problem or "").partition(": ")
        if outcome.problem:
            words_of = f"{LABELS[named][language]}: {told}" if named in LABELS else outcome.problem
            head = words.PROBLEM[language]
            yield f'<p class="note problem" role="alert"><strong>{head}.</strong> {escape(words_of)}</p>'
        if outcome.asked:
            yield f'<p class="note" role="status">{escape(words.SENT[language].format(outcome.asked.app))}</p>'
        if outcome.key:
            yield from self._key(language, outcome, outcome.key)
        if outcome.requests is None:
            yield f"<p>{words.ABOUT[language]}</p>"
        else:
            yield from self._requests(language, outcome)
        yield from _form(language, outcome.filled, named)
        if outcome.requests is None:
            yield f"<h2>{words.MINE[language]}</h2>"
            yield _button(language, "list", words.SEE)

    def _key(self, language: str, outcome: KeysOutcome, made: NewApiKey) -> Iterator[str]:
        """The key, what it is good for, and a command that tries it."""
        told = escape(words.SHOWN_ONCE[language].format(made.api_key.app))
        yield f'<div class="note" role="status"><p>{told}</p><p><code class="key">{escape(made.key)}</code></p>'
        yield f'<p class="quiet">{self._good_for(language, made.api_key, outcome.usual_quota)}</p>'
        command = TRY.format(address=outcome.address, key=made.key)
        yield f'<p>{words.TRY[language]}</p><pre tabindex="0"><code>{escape(command)}</code></pre>'
        first = link(FIRST_APP, words.FIRST_APP[language], language)
        spending = link(f"/docs/queries/{SPENDING}", words.SPENDING[language], language)
        yield f"<p>{words.ON[language].format(first, spending)}</p></div>"

    def _good_for(self, language: str, given: ApiKey | ApiKeyRequest, usual: int | None) -> str:
        """Its quota, its end and its pages."""
        found, quota = [], given.quota or usual
        if quota and usual:
            number = f"{quota:,}"
            found.append(words.QUOTA[language].format(number if language == "en" else number.replace(",", ".")))
        if given.expires_at:
            found.append(words.ENDS[language].format(self._day(given.expires_at, language)))
        pages = words.PAGES[language].format(", ".join(given.origins))
        found.append(pages if given.origins else words.NO_PAGES[language])
        return escape(" · ".join(found))

    def _requests(self, language: str, outcome: KeysOutcome) -> Iterator[str]:
        yield f"<h2>{words.MINE[language]}</h2>"
        if not outcome.requests:
            yield f"<p>{words.NONE[language]}</p>"
            return
        yield '<ul class="requests">'
        for each in outcome.requests:
            state = escape(words.STATES[each.state.value][language].format(each.reason or ""))
            if each.key:
                state += " " + words.LOST[language].format(
                    f'<a href="/graphql?document={REPLACING}">{words.REPLACE[language]}</a>', escape(each.key)
                )
            collect = each.state is KeyRequestState.GRANTED
            button = _button(language, "collect", words.COLLECT, each.code) if collect else ""
            days = [words.ASKED_ON[language].format(self._day(each.asked_at, language))]
            if each.decided_at:
                days.append(words.DECIDED_ON[language].format(self._day(each.decided_at, language)))
            decided = each.state in {KeyRequestState.GRANTED, KeyRequestState.COLLECTED}
            good_for = self._good_for(language, each, outcome.usual_quota if decided else None)
            yield f"<li><strong>{escape(each.app)}</strong>: {escape(each.purpose)}<br>{state}"
            yield f'<p class="quiet">{escape(" · ".join(days))}<br>{good_for}</p>{button}</li>'
        yield "</ul>"

    def _day(self, moment: datetime, language: str) -> str:
        return day_in_words(moment.astimezone(self._zone).date(), language)


def _form(language: str, filled: Mapping[str, str], wrong: str) -> Iterator[str]:
    yield f'<h2>{words.ASK[language]}</h2>\n<form method="post" action="/keys?lang={language}">'
    yield '<input type="hidden" name="do" value="request">'
    yield from (_field(each, language, filled, wrong) for each in INPUTS)
    yield f'<label for="origins">{words.ORIGINS[language]}</label>'
    yield f'<p class="quiet" id="origins-help">{words.ORIGINS_HELP[language]}</p>'
    yield f'<textarea id="origins" name="origins" rows="3" aria-describedby="origins-help"{_marked("origins", wrong)}>'
    yield f"{escape(filled.get('origins', ''))}</textarea>"
    terms = link("/terms", words.TERMS[language], language)
    yield f'<p class="quiet">{words.AGREED[language].format(terms)}</p>'
    yield f"<button>{words.SEND[language]}</button>\n</form>"


def _field(of: _Input, language: str, filled: Mapping[str, str], wrong: str) -> str:
    hint = f'<p class="quiet" id="{of.name}-help">{of.more[language]}</p>' if of.more else ""
    told = f' aria-describedby="{of.name}-help"' if of.more else ""
    value, told = escape(filled.get(of.name, "")), told + _marked(of.name, wrong)
    field = f'<input id="{of.name}" name="{of.name}" value="{value}" maxlength="{of.longest}" required{told}>'
    return f'<label for="{of.name}">{of.label[language]}</label>{hint}{field}'


def _marked(name: str, wrong: str) -> str:
    """The field in which something is wrong is marked, and the browser goes there."""
    return ' aria-invalid="true" autofocus' if name == wrong else ""


def _button(language: str, do: str, label: Bilingual, code: str = "") -> str:
    hidden = f'<input type="hidden" name="do" value="{do}">'
    hidden += f'<input type="hidden" name="code" value="{escape(code)}">' if code else ""
    return f'<form method="post" action="/keys?lang={language}">{hidden}<button>{label[language]}</button></form>'
