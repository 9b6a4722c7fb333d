"""The ready documents of docs/queries for people: what each answers, who may run it, and how it is run by a link."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    VariableDefinitionNode,
    parse,
    print_ast,
    strip_ignored_characters,
)

from connectors.kit.bilingual import Bilingual
from engine.pages.graphiql.page import Example
from engine.pages.site.frame import Content, english, link, table, titled
from engine.pages.site.reference import SchemaReference
from engine.pages.site.reference_html import ReferenceHtml

EVERYBODY = "everybody"
WHOM = {
    EVERYBODY: Bilingual(id="Untuk semua", en="For everybody"),
    "citizen": Bilingual(id="Untuk warga yang masuk", en="For citizens who have signed in"),
    "app": Bilingual(id="Untuk aplikasi yang punya kunci", en="For apps with a key"),
    "officer": Bilingual(id="Untuk petugas", en="For officers"),
    "keeper": Bilingual(id="Untuk penjaga tempat olahraga", en="For keepers of sports venues"),
    "clerk": Bilingual(id="Untuk petugas pengaduan", en="For clerks of complaint desks"),
    "administrator": Bilingual(id="Untuk pengelola", en="For administrators"),
    "auditor": Bilingual(id="Untuk auditor", en="For auditors"),
}
"""Who may run a document, in the order in which they are listed; another word is shown as it is."""
RUN = Bilingual(id="Jalankan", en="Run it")
OPEN = Bilingual(id="Buka di GraphiQL", en="Open in GraphiQL")
VARIABLES = Bilingual(id="Variabel", en="Variables")
COLUMNS = {
    "id": ("variabel", "tipe", "contoh, atau nilai bawaan"),
    "en": ("variable", "type", "example, or its default"),
}
BEGINS = Bilingual(id="Memakai", en="Uses")
REQUIRED = Bilingual(id="wajib dikirim", en="has to be sent")
ALL = Bilingual(id="Semua dokumen", en="All documents")
TITLE = Bilingual(id="Dokumen siap pakai", en="Ready documents")
LEAD = Bilingual(
    id="Setiap dokumen menjawab satu layar sebuah aplikasi. Salin, jalankan, lalu ubah.",
    en="Each document answers one screen of an app. Copy one, run it, and change it.",
)
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where a word begins inside a name."""
SHORT = re.compile(r"\b(api|bphtb|icu)\b", re.IGNORECASE)
"""Words that are written in capitals."""


class ReadyDocument:
    """One of them: for whom it is, and the `values` of its variables in this city."""

    def __init__(self, name: str, query: str, whom: str, values: Mapping[str, object]) -> None:
        self.name, self.query, self.whom, self.values = name, query, whom, values

    @cached_property
    def parsed(self) -> DocumentNode:
        """As a tree."""
        return parse(self.query)

    @cached_property
    def operation(self) -> OperationDefinitionNode:
        """Its one operation."""
        return next(each for each in self.parsed.definitions if isinstance(each, OperationDefinitionNode))

    @property
    def title(self) -> str:
        """The name of the operation in words: `HospitalBeds` is Hospital beds."""
        name = self.operation.name.value if self.operation.name else self.name
        return SHORT.sub(lambda word: word[0].upper(), WORD.sub(" ", name).capitalize())

    @property
    def purpose(self) -> str:
        """Its first line."""
        first = self.query.partition("\n")[0]
        return first.removeprefix("#").strip() if first.startswith("#") else ""

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """With which fields it begins."""
        selected = self.operation.selection_set.selections
        return tuple(dict.fromkeys(each.name.value for each in selected if isinstance(each, FieldNode)))

    @property
    def runs_by_link(self) -> bool:
        """Whether a link runs it: it only asks, whoever asks may, and all that it needs is known."""
        needed = [
            each.variable.name.value
            for each in self.operation.variable_definitions or ()
            if isinstance(each.type, NonNullTypeNode) and each.default_value is None
        ]
        asks = self.operation.operation is OperationType.QUERY
        return asks and self.whom == EVERYBODY and all(name in self.values for name in needed)

    @property
    def address(self) -> str:
        """Where a GET runs it."""
        asked = {"query": strip_ignored_characters(self.query)}
        if self.values:
            asked["variables"] = msgspec.json.encode(self.values).decode()
        return f"/graphql?{urlencode(asked)}"

    def ways(self, language: str, open_it: Bilingual = OPEN) -> str:
        """The links that run it and that open it."""
        run = f'<a href="{escape(self.address)}">{RUN[language]}</a> · ' if self.runs_by_link else ""
        return f'{run}<a href="/graphql?document={self.name}">{open_it[language]}</a>'


class DocumentPages(NamedTuple):
    """The list of all documents, and a page for each."""

    documents: Mapping[str, ReadyDocument]
    titles: Mapping[str, Bilingual]
    domains: Mapping[str, str]

    def of_domain(self, domain: str | None) -> list[ReadyDocument]:
        """Those that ask about this domain alone; without a domain, those that ask about several."""
        return [each for each in self.documents.values() if self.domain_of(each) == domain]

    def domain_of(self, document: ReadyDocument) -> str | None:
        """The domain that it asks about, if it is one alone."""
        found = {self.domains.get(each) for each in document.roots}
        return found.pop() if len(found) == 1 else None

    def all(self, language: str) -> Content:
        """The list, by who may run them."""
        parts = [f"<h1>{TITLE[language]}</h1>", f'<p class="lead">{LEAD[language]}</p>']
        whoms = dict.fromkeys((*WHOM, *(each.whom for each in self.documents.values())))
        for whom in whoms:
            found = [each for each in self.documents.values() if each.whom == whom]
            if found:
                title = WHOM[whom][language] if whom in WHOM else escape(whom.capitalize())
                parts.append(f'<h2 id="{escape(whom)}">{title}</h2>')
                parts.append(f'<ul class="fields">{"".join(self._line(each, language) for each in found)}</ul>')
        return Content(TITLE[language], "\n".join(parts), LEAD[language])

    def one(self, name: str, reference: SchemaReference, language: str) -> Content:
        """The page of one document."""
        document = self.documents[name]
        shown = ReferenceHtml(reference, self.titles, language)
        known = {each.name: each for each in reference.roots}
        roots = [shown.root_link(known[each]) if each in known else f"<code>{each}</code>" for each in document.roots]
        whom = WHOM[document.whom][language] if document.whom in WHOM else escape(document.whom)
        body = [
            f'<p class="quiet back">&larr; {link("/docs/queries", ALL[language], language)}</p>',
            english(document.title, language, "h1"),
            english(document.purpose, language, "p", "lead"),
            f"<p>{whom}. {document.ways(language)}</p>",
            f'<pre tabindex="0"><code>{escape(document.query.strip())}</code></pre>',
            self._variables(document, language),
            f"<p>{BEGINS[language]} {', '.join(roots)}.</p>",
        ]
        return Content(document.title, "\n".join(filter(None, body)), document.purpose)

    def _line(self, document: ReadyDocument, language: str) -> str:
        domain = self.domain_of(document)
        about = f'<span class="quiet">{escape(titled(self.titles, domain, language))}</span>' if domain else ""
        title = english(document.title, language, "strong")
        at = link(f"/docs/queries/{document.name}", title, language)
        return f"<li>{at} {about}{english(document.purpose, language)}<p>{document.ways(language)}</p></li>"

    def _variables(self, document: ReadyDocument, language: str) -> str:
        rows = [
            (
                f"<code>${each.variable.name.value}</code>",
                f"<code>{escape(print_ast(each.type))}</code>",
                self._value(document, each, language),
            )
            for each in document.operation.variable_definitions or ()
        ]
        return f"<h2>{VARIABLES[language]}</h2>{table(COLUMNS[language], rows)}" if rows else ""

    @staticmethod
    def _value(document: ReadyDocument, variable: VariableDefinitionNode, language: str) -> str:
        name = variable.variable.name.value
        default = print_ast(variable.default_value) if variable.default_value else ""
        value = msgspec.json.encode(document.values[name]).decode() if name in document.values else default
        needed = REQUIRED[language] if isinstance(variable.type, NonNullTypeNode) else "null"
        return f"<code>{escape(value)}</code>" if value else needed


def documents_of(examples: Iterable[Example]) -> dict[str, ReadyDocument]:
    """All of them, by name."""
    return {each.name: ReadyDocument(each.name, each.query, each.whom, each.variables) for each in examples}
