"""The reference and the changelog of any schema: each part described once, linked, escaped, in both languages."""

import io
from datetime import date
from html import unescape

import feedparser
import pytest
from graphql import build_schema

from auth.caller import Audience
from auth.policies import FieldAccess
from connectors.kit.bilingual import Bilingual
from engine.configuration.city import City
from engine.execution.weights import Weights
from engine.pages.site.changelog import changelog_feed, changelog_page
from engine.pages.site.docs import docs_page, names_page, section_page
from engine.pages.site.documents import DocumentPages, ReadyDocument
from engine.pages.site.frame import Frame
from engine.pages.site.reference import SHARED, SchemaReference
from engine.pages.site.releases import SchemaRelease, deprecated_now
from schema.kit.changes import ChangeOfSchema, SchemaChange, parts_of
from tests.pages.html import Page

SDL = '''
type Query {
  """Things <of> `code` & more."""
  things(first: Int = 20, of: [Kind!] = [BIG], where: Where = {near: "<x>"}): [Thing!]!
  shops: ShopConnection
  either: Either @deprecated(reason: "Use `things`.")
}
type Subscription { changed: Thing }
type Mutation { put(where: Where!): Kind }
interface Named { name: String! }
type Thing implements Named { name: String!, owner: String, old(way: Int @deprecated(reason: "No ways.")): Int }
type Shop { name: String, thing: Thing }
type ShopConnection { nodes: [Shop!]! }
union Either = Thing | Shop
enum Kind { BIG SMALL @deprecated(reason: "Too small.") }
input Where { near: Wkt, far: Int }
"""A point."""
scalar Wkt @specifiedBy(url: "https://kota.example/wkt")
'''
DOMAINS = {"things": "goods", "shops": "trade", "either": "goods", "changed": "goods", "put": "goods"}
TITLES = {"goods": Bilingual(id="Barang & <jasa>", en="Goods & <services>")}
ABOUT = {"goods": Bilingual(id="Apa <saja>.", en="Any <thing>.")}
OWNER = FieldAccess(
    type_name="Thing",
    field_name="owner",
    audiences=tuple(Audience),
    reason="It is public.",
    category="OWNER",
    masked=True,
    rules=[["it is about the caller", "an app has the scope OWNER"], ["an agreement covers it"]],
)
SECTIONS = {
    "goods": {"Query.things", "Query.either", "Subscription.changed", "Mutation.put", "Either", "Kind", "Where", "Wkt"},
    "trade": {"Query.shops", "ShopConnection"},
    SHARED: {"Thing", "Named", "Shop", "Int", "String", "@skip", "@include"},
}
"""Where each part stands: what two domains use is shared."""
FRAME = Frame(City(name="Kota <Contoh>", code="99.99", timezone="Asia/Jakarta"))
LIST = "# Which <things> are there?\nquery ThingsAsTHEYAre($of: [Kind!]) { things(of: $of) { name } }"
PUT = "# Put it.\n# As a baker.\nmutation { put(where: {far: 1}) }"
MIXED = "query Mixed($far: Int!, $kind: Kind = BIG) { things { name } shops { nodes { name } } }"
READY = {
    "things": ReadyDocument("things", LIST, "everybody", {}),
    "put": ReadyDocument("put", PUT, "baker", {}),
    "mixed": ReadyDocument("mixed", MIXED, "everybody", {}),
}


@pytest.fixture(scope="module")
def reference():
    schema = build_schema(SDL)
    return SchemaReference(schema, DOMAINS, Weights({("Query", "things"): 30}), [OWNER])


def page_of(content, path, language):
    page = Page(FRAME.page(content, path, language))
    assert page.faults == [], path
    return page


@pytest.mark.parametrize("language", ["id", "en"])
def test_each_part_stands_once_in_the_section_of_its_domain_and_every_link_finds_it(reference, language):
    documents = DocumentPages(READY, TITLES, DOMAINS)
    pages = {f"/docs/{name}": page_of(section_page(name, reference, documents, ABOUT, language), f"/docs/{name}", language) for name in SECTIONS}  # fmt: skip
    for name, parts in SECTIONS.items():
        assert parts <= set(pages[f"/docs/{name}"].ids)
        for other in SECTIONS.keys() - {name}:
            assert not parts & set(pages[f"/docs/{other}"].ids)
    pages["/docs"] = page_of(docs_page(reference, documents, ABOUT, language), "/docs", language)
    pages["/docs/names"] = page_of(names_page(reference, documents, language), "/docs/names", language)
    pages["/docs/queries"] = page_of(documents.all(language), "/docs/queries", language)
    for name in documents.documents:
        path = f"/docs/queries/{name}"
        pages[path] = page_of(documents.one(name, reference, language), path, language)
    for page in pages.values():
        for link in page.links:
            at, _, anchor = link.partition("#")
            path, _, query = at.partition("?")
            if path.startswith("/docs"):
                assert query == f"lang={language}" or not anchor
                assert not anchor or anchor in pages[path].ids, link
    goods = pages["/docs/goods"]
    assert TITLES["goods"][language] in goods.said
    assert ABOUT["goods"][language] in goods.said
    assert "Things <of> code & more." in goods.said
    assert "first Int = 20" in goods.said
    assert "of [Kind!] = [BIG]" in goods.said
    assert 'where Where = { near: "<x>" }' in goods.said
    assert ("biaya 30" if language == "id" else "cost 30") in goods.said
    deprecated = "Akan dihapus" if language == "id" else "Deprecated"
    for reason in ("Use things.", "Too small."):
        assert f"{deprecated}: {reason}" in goods.said
    shared = pages["/docs/shared"]
    assert f"{deprecated}: No ways." in shared.said
    joined = ("dan", "atau") if language == "id" else ("and", "or")
    rules = f"it is about the caller {joined[0]} an app has the scope OWNER; {joined[1]} an agreement covers it."
    assert rules in shared.said
    assert "https://kota.example/wkt" in goods.said
    assert (("p", {"lang": "en"}) in goods.elements) is (language == "id")  # what is in English only says so


def test_a_document_is_run_by_a_link_only_if_all_that_it_needs_is_known():
    def document(query, whom="everybody", **values):
        return ReadyDocument("a", query, whom, values)

    for query, values, runs in ((LIST, {}, True), (PUT, {}, False), (MIXED, {}, False), (MIXED, {"far": 3}, True)):
        assert document(query, **values).runs_by_link is runs
    assert not document("subscription { changed { name } }").runs_by_link
    assert not document("{ shops { nodes { name } } }", "citizen").runs_by_link
    address = document(MIXED, far=3).address
    assert "variables=%7B%22far%22%3A3%7D" in address
    assert "+%7B" not in address.partition("variables")[0]  # layout costs no bytes
    assert (document(LIST).title, document(LIST).purpose) == ("Things as they are", "Which <things> are there?")
    pages = DocumentPages(READY, TITLES, DOMAINS)
    assert [each.name for each in pages.of_domain("goods")] == ["things", "put"]
    assert [each.name for each in pages.of_domain(None)] == ["mixed"]


RELEASES = [
    SchemaRelease(None, None, (SchemaChange(ChangeOfSchema.ADDED, "Thing.new", "New <it>."),)),
    SchemaRelease(
        "1.1.0",
        date(2026, 11, 27),
        (
            SchemaChange(ChangeOfSchema.REMOVED, "Thing.gone", "Gone & <away>."),
            SchemaChange(ChangeOfSchema.DEPRECATED, "Query.either", "Use `things`."),
            SchemaChange(ChangeOfSchema.CHANGED, "Thing.size", "`Int` → `Float`"),
        ),
    ),
    SchemaRelease("1.0.0", date(2026, 5, 1), (), first=True),
]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_changelog_says_first_what_will_be_removed_then_what_each_release_has_changed(reference, language):
    coming = deprecated_now(parts_of(reference.schema))
    assert [at for at, _ in coming] == ["Kind.SMALL", "Query.either", "Thing.old(way:)"]
    content = changelog_page(
        RELEASES, coming, lambda at: f'<a href="/docs/goods?lang={language}#{at}">{at}</a>', language
    )
    page = page_of(content, "/changelog", language)
    assert {"coming", "unreleased", "v1.1.0", "v1.0.0"} <= set(page.ids)
    said = page.said
    order = ["Kind.SMALL", "Thing.new", "Thing.gone", "Query.either", "Thing.size"]
    places = [said.index(each, said.index("Thing.new") if each == "Query.either" else 0) for each in order]
    assert places == sorted(places)
    assert "27 November 2026" in said
    assert "Gone & <away>." in said
    assert "Thing.gone" not in " ".join(page.links)  # nothing describes it any more


def test_the_feed_keeps_its_ids_in_both_languages_and_tells_only_what_is_released():
    feeds = {
        each: feedparser.parse(io.BytesIO(changelog_feed(RELEASES, "Kota <Contoh>", "99.99", each)))
        for each in ("id", "en")
    }
    for language, feed in feeds.items():
        assert (feed.bozo, feed.version, feed.feed.language) == (False, "atom10", language)
        assert feed.feed.links[1].href == f"/changelog?lang={language}"
        newest, first = feed.entries
        assert (newest.updated, newest.tags[0].term) == ("2026-11-27T00:00:00+00:00", "removed")
        assert newest.link == f"/changelog?lang={language}#v1.1.0"
        assert "Gone &amp; &lt;away&gt;." in newest.content[0].value or "Gone & <away>" in unescape(
            newest.content[0].value
        )
        assert first.updated == "2026-05-01T00:00:00+00:00"
    assert [each.id for each in feeds["id"].entries] == [each.id for each in feeds["en"].entries]
    other = feedparser.parse(io.BytesIO(changelog_feed(RELEASES, "Kota", "99.98", "en")))
    assert {each.id for each in other.entries}.isdisjoint(each.id for each in feeds["en"].entries)
    assert feeds["en"].entries[0].title == "Release 1.1.0, 27 November 2026"
    assert feeds["id"].entries[0].title == "Rilis 1.1.0, 27 November 2026"
