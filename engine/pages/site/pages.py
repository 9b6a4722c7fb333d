"""The pages for people, at their addresses: each is made once for each language, and told by its tag from another."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from connectors.kit.bilingual import Bilingual
from connectors.kit.clock import Clock
from connectors.registry import Agencies
from engine.configuration.city import City
from engine.http.rest import Rest
from engine.pages.graphiql.page import Example
from engine.pages.site.answers import LONG, MOMENT, language_of, page_answer
from engine.pages.site.changelog import changelog_feed, changelog_page
from engine.pages.site.docs import docs_page, names_page, section_page
from engine.pages.site.documents import DocumentPages, ReadyDocument, documents_of
from engine.pages.site.first_app import PATH as FIRST_APP
from engine.pages.site.first_app import first_app_page
from engine.pages.site.frame import ORIGIN, Content, Frame, link
from engine.pages.site.home import STANDING, HomeFacts, home_page
from engine.pages.site.reference import SchemaReference, public_reference
from engine.pages.site.releases import SchemaRelease, deprecated_now, history, read_releases
from engine.pages.site.terms import AgencyTerms, terms_page
from engine.pages.site.well_known import ICON, IMAGE_POLICY, read_logo, robots, security
from resolvers.registry import ABOUT, TITLES
from schema.kit.changes import Parts, parts_of
from schema.root import domains_of_roots


class SiteFacts(NamedTuple):
    """What the pages are made of. `reference` is asked for when a page first needs it."""

    code: str
    reference: Callable[[], SchemaReference]
    documents: Mapping[str, ReadyDocument]
    titles: Mapping[str, Bilingual]
    about: Mapping[str, Bilingual]
    agencies: Sequence[AgencyTerms]

    @classmethod
    def of(cls, code: str, agencies: Agencies, examples: Iterable[Example]) -> "SiteFacts":
        """Those of a city with these agencies and ready documents."""
        terms = [
            AgencyTerms(each.agency.name, each.agency.domain, each.terms_of_use.licence, each.terms_of_use.attribution)
            for each in agencies
        ]
        return cls(code, lambda: public_reference(agencies), documents_of(examples), TITLES, ABOUT, tuple(terms))


class SitePages:
    """All of them. `standing` says in a sentence how the agencies do now; `origin` is the hub's address if known."""

    def __init__(
        self,
        rest: Rest,
        frame: Frame,
        facts: SiteFacts,
        clock: Clock,
        *,
        standing: Callable[[str], Awaitable[str]],
        origin: str | None = None,
    ) -> None:
        self._rest = rest
        self._frame = frame
        self._facts = facts
        self._clock = clock
        self._standing = standing
        self._origin = origin
        self._made: dict[tuple[str, str], bytes] = {}
        self._turn = asyncio.Lock()
        self._logo = read_logo(frame.city.logo) if frame.city.logo else None

    def know(self, city: City, facts: SiteFacts) -> None:
        """The configuration has changed: what was made before holds no more."""
        self._frame.city, self._facts = city, facts
        self._logo = read_logo(city.logo) if city.logo else None
        self._made.clear()
        for found in ("_reference", "_documents", "_parts"):
            self.__dict__.pop(found, None)

    def routes(self) -> list[Route]:
        """Where they stand."""
        answers = {
            "/": self._home,
            "/docs": self._docs,
            "/docs/names": self._docs,
            FIRST_APP: self._first_app,
            "/docs/queries": self._docs,
            "/docs/queries/{name}": self._docs,
            "/docs/{name}": self._docs,
            "/changelog": self._changelog,
            "/changelog.atom": self._feed,
            "/terms": self._terms,
        }
        routes = [Route(path, self._rest.told(answer), methods=["GET"]) for path, answer in answers.items()]
        return [
            *routes,
            Route("/robots.txt", self._robots, methods=["GET"]),
            Route("/.well-known/security.txt", self._security, methods=["GET"]),
            Route("/favicon.svg", self._icon, methods=["GET"]),
            Route("/favicon.ico", _to_icon, methods=["GET"]),
            Route("/logo", self._picture, methods=["GET"]),
        ]

    @cached_property
    def _reference(self) -> SchemaReference:
        return self._facts.reference()

    @cached_property
    def _documents(self) -> DocumentPages:
        return DocumentPages(self._facts.documents, self._facts.titles, domains_of_roots())

    @cached_property
    def _parts(self) -> Parts:
        return parts_of(self._reference.schema)

    @cached_property
    def _releases(self) -> list[SchemaRelease]:
        return history(read_releases(), self._parts)

    async def _home(self, request: Request) -> Response:
        def made(spoken: str) -> Content:
            facts = self._facts
            known = HomeFacts(
                self._reference, self._documents, facts.titles, facts.about, facts.agencies, self._releases
            )
            return home_page(self._frame, known, spoken)

        page, spoken = await self._page(request, made)
        standing = await self._standing(spoken)
        page = self._placed(page, request).replace(STANDING.encode(), escape(standing).encode())
        return page_answer(request, page, spoken, MOMENT)

    async def _first_app(self, request: Request) -> Response:
        page, spoken = await self._page(request, lambda spoken: first_app_page(self._frame, self._documents, spoken))
        return page_answer(request, self._placed(page, request), spoken)

    async def _docs(self, request: Request) -> Response:
        path, name = request.url.path, request.path_params.get("name", "")

        def made(spoken: str) -> Content:
            about = self._facts.about
            if path == "/docs":
                return docs_page(self._reference, self._documents, about, spoken)
            if path == "/docs/names":
                return names_page(self._reference, self._documents, spoken)
            if path == "/docs/queries":
                return self._documents.all(spoken)
            if path.startswith("/docs/queries/") and name in self._documents.documents:
                return self._documents.one(name, self._reference, spoken)
            if path == f"/docs/{name}" and name in self._reference.sections:
                return section_page(name, self._reference, self._documents, about, spoken)
            raise HTTPException(404)

        return page_answer(request, *await self._page(request, made))

    async def _changelog(self, request: Request) -> Response:
        def made(spoken: str) -> Content:
            return changelog_page(self._releases, deprecated_now(self._parts), lambda at: self._at(at, spoken), spoken)

        return page_answer(request, *await self._page(request, made))

    async def _feed(self, request: Request) -> Response:
        await self._rest.look(request)
        spoken = language_of(request)
        async with self._turn:
            releases = await asyncio.to_thread(lambda: self._releases)
        body = changelog_feed(releases, self._frame.city.name, self._facts.code, spoken)
        return page_answer(request, body, spoken, kind="application/atom+xml")

    async def _terms(self, request: Request) -> Response:
        def made(spoken: str) -> Content:
            return terms_page(self._frame, self._facts.agencies, self._facts.titles, spoken)

        return page_answer(request, *await self._page(request, made))

    async def _robots(self, request: Request) -> Response:
        return page_answer(request, robots().encode(), None, LONG, kind="text/plain")

    async def _security(self, request: Request) -> Response:
        told = security(self._frame.city, self._address(request), self._clock.now().date())
        if told is None:
            raise HTTPException(404)
        return page_answer(request, told.encode(), None, LONG, kind="text/plain")

    async def _icon(self, request: Request) -> Response:
        return page_answer(request, ICON, None, LONG, kind="image/svg+xml", policy=IMAGE_POLICY)

    async def _picture(self, request: Request) -> Response:
        if self._logo is None:
            raise HTTPException(404)
        body, kind = self._logo
        return page_answer(request, body, None, LONG, kind=kind, policy=IMAGE_POLICY)

    async def _page(self, request: Request, make: Callable[[str], Content]) -> tuple[bytes, str]:
        """The page and its language, made in a thread when it is first asked for. Only what is there has one."""
        await self._rest.look(request)
        path, spoken = request.url.path, language_of(request)
        at = (path, spoken)
        if at not in self._made:
            async with self._turn:
                if at not in self._made:
                    self._made[at] = await asyncio.to_thread(
                        lambda: self._frame.page(make(spoken), path, spoken).encode()
                    )
        return self._made[at], spoken

    def _at(self, coordinate: str, spoken: str) -> str:
        """A coordinate with a link to where it is described."""
        shown = f"<code>{escape(coordinate)}</code>"
        of = coordinate.partition("(")[0]
        name, _, field = of.partition(".")
        place = self._reference.sections_of.get(field) if name in ("Query", "Mutation", "Subscription") else None
        place = place or self._reference.places.get(name)
        return link(f"/docs/{place}", shown, spoken, anchor=of) if place else shown

    def _placed(self, page: bytes, request: Request) -> bytes:
        """The page with the hub's address in its place."""
        return page.replace(ORIGIN.encode(), escape(self._address(request)).encode())

    def _address(self, request: Request) -> str:
        """The hub's own address, as it is configured or else as it was asked for."""
        return self._origin or f"{request.url.scheme}://{request.url.netloc}"


async def _to_icon(_: Request) -> Response:
    return RedirectResponse("/favicon.svg", 308, headers={"cache-control": f"public, max-age={LONG}"})
