"""The page of keys, in the frame of all pages for people."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from auth.key_request import ApiKeyRequest, KeyRequestState
from connectors.kit.bilingual import Bilingual
from engine.pages.keys import words
from engine.pages.site.frame import Content, Frame, policy_of
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


class KeysOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows. `requests` is None where nobody has signed in."""

    filled: Mapping[str, str] = {}
    problem: str | None = None
    asked: ApiKeyRequest | None = None
    key: NewApiKey | None = None
    requests: tuple[ApiKeyRequest, ...] | None = None


class KeysPage:
    """The page of one city. A browser may send its forms to the provider, where they lead on to."""

    def __init__(self, frame: Frame, issuer: str) -> None:
        self._frame = frame
        origin = urlsplit(issuer)._replace(path="", query="", fragment="").geturl()
        self.policy = policy_of(STYLE, f"'self' {origin}")

    def html(self, language: str, outcome: KeysOutcome) -> str:
        """The whole page."""
        title = words.TITLE[language].format(self._frame.city.name)
        body = "\n".join((f"<h1>{escape(title)}</h1>", *_body(language, outcome)))
        return self._frame.page(Content(title, body, style=STYLE), "/keys", language)

    def ended(self, language: str) -> str:
        """A sign-in that cannot be used."""
        return words.ENDED[language]

    def away(self, language: str) -> str:
        """A provider that does not answer."""
        return words.AWAY[language]


def _body(language: str, outcome: KeysOutcome) -> Iterator[str]:
    if outcome.problem:
        head = words.PROBLEM[language]
        yield f'<p class="note problem" role="alert"><strong>{head}.</strong> {escape(outcome.problem)}</p>'
    if outcome.asked:
        yield f'<p class="note" role="status">{escape(words.SENT[language].format(outcome.asked.app))}</p>'
    if outcome.key:
        told = escape(words.SHOWN_ONCE[language].format(outcome.key.api_key.app))
        yield f'<p class="note" role="status">{told}<code class="key">{escape(outcome.key.key)}</code></p>'
    if outcome.requests is None:
        yield f"<p>{words.ABOUT[language]}</p>"
    else:
        yield from _requests(language, outcome.requests)
    yield from _form(language, outcome.filled)
    if outcome.requests is None:
        yield f"<h2>{words.MINE[language]}</h2>"
        yield _button(language, "list", words.SEE)


def _form(language: str, filled: Mapping[str, str]) -> Iterator[str]:
    yield f'<h2>{words.ASK[language]}</h2>\n<form method="post" action="/keys?lang={language}">'
    yield '<input type="hidden" name="do" value="request">'
    yield from (_field(each, language, filled) for each in INPUTS)
    yield f'<label for="origins">{words.ORIGINS[language]}</label><p class="quiet">{words.ORIGINS_HELP[language]}</p>'
    yield f'<textarea id="origins" name="origins" rows="3">{escape(filled.get("origins", ""))}</textarea>'
    yield f"<button>{words.SEND[language]}</button>\n</form>"


def _field(of: _Input, language: str, filled: Mapping[str, str]) -> str:
    hint = f'<p class="quiet" id="{of.name}-help">{of.more[language]}</p>' if of.more else ""
    told = f' aria-describedby="{of.name}-help"' if of.more else ""
    value = escape(filled.get(of.name, ""))
    field = f'<input id="{of.name}" name="{of.name}" value="{value}" maxlength="{of.longest}" required{told}>'
    return f'<label for="{of.name}">{of.label[language]}</label>{hint}{field}'


def _requests(language: str, requests: tuple[ApiKeyRequest, ...]) -> Iterator[str]:
    yield f"<h2>{words.MINE[language]}</h2>"
    if not requests:
        yield f"<p>{words.NONE[language]}</p>"
        return
    yield '<ul class="requests">'
    for each in requests:
        state = escape(words.STATES[each.state.value][language].format(each.reason or ""))
        collect = each.state is KeyRequestState.GRANTED
        button = _button(language, "collect", words.COLLECT, each.code) if collect else ""
        yield f"<li><strong>{escape(each.app)}</strong>: {escape(each.purpose)}<br>{state}{button}</li>"
    yield "</ul>"


def _button(language: str, do: str, label: Bilingual, code: str = "") -> str:
    hidden = f'<input type="hidden" name="do" value="{do}">'
    hidden += f'<input type="hidden" name="code" value="{escape(code)}">' if code else ""
    return f'<form method="post" action="/keys?lang={language}">{hidden}<button>{label[language]}</button></form>'
