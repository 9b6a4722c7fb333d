"""The first page (`/`): what this is, what can be asked, how to get a key, how it does, what is new, and whose data."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

from connectors.kit.bilingual import Bilingual
from engine.pages.site.changelog import KINDS, anchor, release_title
from engine.pages.site.documents import RUN, DocumentPages, ReadyDocument
from engine.pages.site.frame import ORIGIN, Content, Frame, contact_link, english, link, own_text, titled
from engine.pages.site.home_words import (
    ABOUT,
    ALL_CHANGES,
    ALL_DOCUMENTS,
    ALL_TERMS,
    ASK,
    ATTRIBUTED,
    BUTTONS,
    CONTACT,
    DESCRIBED,
    DOORS,
    FIRST_ANSWER,
    FIRST_QUESTION,
    FOR_WHOM,
    GRAPHIQL,
    KEYS,
    KEYS_TITLE,
    MORE,
    NEWS,
    NOTICE,
    OTHER_DOORS,
    QUESTION,
    SEVERAL,
    STATUS,
    STATUS_MORE,
    TERMS,
    TITLE,
    WAYS_TO_A_KEY,
)
from engine.pages.site.reference import SHARED, SchemaReference
from engine.pages.site.reference_html import ReferenceHtml
from engine.pages.site.releases import SchemaRelease
from engine.pages.site.terms import AgencyTerms

STANDING = "{standing}"
"""Stands there for how the agencies do at the moment."""
EXAMPLES = 3
"""Documents that are shown of a domain."""
REQUEST = "request-api-key"
"""The document by which a person asks for a key."""
RELEASES = 3
"""Releases that are shown."""


class HomeFacts(NamedTuple):
    """What the first page is made of. `about` says in a sentence what a domain has."""

    reference: SchemaReference
    documents: DocumentPages
    titles: Mapping[str, Bilingual]
    about: Mapping[str, Bilingual]
    agencies: Sequence[AgencyTerms]
    releases: Sequence[SchemaRelease]


def home_page(frame: Frame, facts: HomeFacts, language: str) -> Content:
    """The page, with places for what changes from moment to moment."""
    city = frame.city.name
    parts = [
        f"<h1>{TITLE[language].format(escape(city))}</h1>",
        _about(frame, language),
        _notice(frame, language),
        f"<p>{''.join(link(path, text[language], language, kind=kind) for path, kind, text in BUTTONS)}</p>",
        *_first_question(facts, language),
        *_domains(facts, language),
        *_keys(frame, facts, language),
        f'<h2 id="status">{STATUS[language]}</h2>',
        f"<p>{STANDING} {link('/status', STATUS_MORE[language], language)}</p>",
        *_news(facts, language),
        *_terms(facts, language),
        *_contact(frame, language),
    ]
    return Content(TITLE[language].format(city), "\n".join(filter(None, parts)), ABOUT[language].format(city))


def _about(frame: Frame, language: str) -> str:
    own = own_text(frame.city, "about", language, either=False)
    return f'<div class="lead">{own or f"<p>{ABOUT[language].format(escape(frame.city.name))}</p>"}</div>'


def _notice(frame: Frame, language: str) -> str:
    own = own_text(frame.city, "notice", language)
    return f'<div class="note"><strong>{NOTICE[language]}</strong>{own}</div>' if own else ""


def _first_question(facts: HomeFacts, language: str) -> Iterator[str]:
    yield f'<h2 id="first">{FIRST_QUESTION[language]}</h2>'
    command = f"""curl -s {ORIGIN}/graphql -H 'content-type: application/json' \\
  -d '{{"query": "{QUESTION}"}}'"""
    yield f'<pre tabindex="0"><code>{escape(command, quote=False)}</code></pre>'
    run = f'<a href="/graphql?{urlencode({"query": QUESTION})}">{RUN[language]}</a>'
    yield f"<p>{run}. {FIRST_ANSWER[language]}</p>"
    several = facts.documents.of_domain(None)
    if several:
        examples = "".join(f"<li>{_example(each, language)}</li>" for each in several if each.runs_by_link)
        yield f"<p>{SEVERAL[language]}</p><ul>{examples}</ul>"


def _domains(facts: HomeFacts, language: str) -> Iterator[str]:
    shown = ReferenceHtml(facts.reference, facts.titles, language)
    yield f'<h2 id="ask">{ASK[language]}</h2><p>{DESCRIBED[language]}</p><ul class="cards">'
    names = [each for each in facts.reference.sections if each != SHARED]
    asked = {each.domain for each in facts.agencies}
    for name in sorted(names, key=lambda each: (each not in asked, titled(facts.titles, each, language).casefold())):
        title = escape(titled(facts.titles, name, language))
        about = f"<p>{escape(facts.about[name][language])}</p>" if name in facts.about else ""
        roots = ", ".join(shown.root_link(each) for each in facts.reference.sections[name].roots)
        examples = "".join(f"<li>{_example(each, language)}</li>" for each in _examples(facts, name))
        listed = f'<ul class="quiet">{examples}</ul>' if examples else ""
        at = link(f"/docs/{name}", title, language)
        yield f'<li><h3>{at}</h3>{about}<p class="names">{roots}</p>{listed}</li>'
    yield f"</ul><p>{link('/docs/queries', ALL_DOCUMENTS[language], language)}. {MORE[language]}</p>"


def _examples(facts: HomeFacts, domain: str) -> list[ReadyDocument]:
    found = [each for each in facts.documents.of_domain(domain) if each.runs_by_link]
    return found[:EXAMPLES]


def _example(document: ReadyDocument, language: str) -> str:
    title = english(document.title, language, "span")
    return f"{link(f'/docs/queries/{document.name}', title, language)}: {document.ways(language, GRAPHIQL)}"


def _keys(frame: Frame, facts: HomeFacts, language: str) -> Iterator[str]:
    yield f'<h2 id="keys">{KEYS_TITLE[language]}</h2>'
    own = own_text(frame.city, "keys", language)
    yield own or f"<p>{KEYS[language]}</p>"
    ways = WAYS_TO_A_KEY[language]
    if frame.has("/keys"):
        yield f"<p>{link('/keys', ways.page, language, kind='button')}</p>"
    elif REQUEST in facts.documents.documents:
        yield f"<p>{link(f'/docs/queries/{REQUEST}', ways.mutation, language)}.</p>"
    elif frame.city.contact and not own:
        yield f"<p>{ways.contact} {contact_link(frame.city.contact)}.</p>"
    doors = [(path, text) for path, text in DOORS.items() if frame.has(path)]
    if doors:
        listed = "".join(f"<li><code>{path}</code>: {text[language]}</li>" for path, text in doors)
        yield f"<p>{OTHER_DOORS[language]}</p><ul>{listed}</ul>"


def _news(facts: HomeFacts, language: str) -> Iterator[str]:
    yield f'<h2 id="changes">{NEWS[language]}</h2><ul>'
    for each in facts.releases[:RELEASES]:
        counts = [
            f"{title[language].lower()}: {number}"
            for kind, title in KINDS.items()
            if (number := sum(change.kind is kind for change in each.changes))
        ]
        title = link("/changelog", escape(release_title(each, language)), language, anchor=anchor(each))
        yield f"<li>{title}{': ' if counts else ''}{', '.join(counts)}</li>"
    yield f"</ul><p>{link('/changelog', ALL_CHANGES[language], language)}</p>"


def _terms(facts: HomeFacts, language: str) -> Iterator[str]:
    yield f'<h2 id="terms">{TERMS[language]}</h2>'
    named = dict.fromkeys(each.attribution for each in facts.agencies if each.attribution)
    if named:
        yield f"<p>{ATTRIBUTED[language].format(escape(', '.join(named)))}</p>"
    yield f"<p>{link('/terms', ALL_TERMS[language], language)}</p>"


def _contact(frame: Frame, language: str) -> Iterator[str]:
    if frame.city.contact:
        yield f'<h2 id="contact">{CONTACT[language]}</h2>'
        yield f"<p>{FOR_WHOM[language].format(contact_link(frame.city.contact))}</p>"
