"""How the agencies do, for people (`/status`), for programs (`/status.json`) and for readers of feeds (`/status.atom`).

All of them are made of one board, which is kept for a few seconds. No agency is asked for any of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.kit.bilingual import Bilingual
from connectors.kit.clock import Clock
from connectors.regions.gazetteer import Gazetteer
from engine.execution.request import BadRequest
from engine.http.negotiation import LANGUAGES, language
from engine.http.rest import Rest
from engine.pages.site.frame import Frame
from engine.pages.status_feed import feed
from engine.pages.status_html import DAYS, POLICY, History, page, standing_of, subjects_of
from engine.pages.status_words import StatusWords, worst
from resolvers.status.board import AgencyStatus, Board
from store.kit.database import StoreBroken
from store.status.announcements import Announcement

log = structlog.get_logger()

KEPT = 3.0
"""Seconds for which a board is kept."""
HISTORY_KEPT = 60.0
"""The same for the history, which changes slowly."""
PATIENCE = 1.0
"""Seconds that the store may take for the history."""
HEADERS = {"cache-control": f"public, max-age={KEPT:.0f}", "vary": "accept-language"}


class StatusPages:
    """Answers all three. `read_history` gives the days of each agency between two moments."""

    def __init__(
        self,
        rest: Rest,
        frame: Frame,
        regions: Gazetteer,
        clock: Clock,
        titles: Mapping[str, Bilingual],
        *,
        read_board: Callable[[], Awaitable[Board]],
        read_history: Callable[[datetime, datetime], Awaitable[History]],
    ) -> None:
        self._rest = rest
        self._frame = frame
        self._city = regions.city
        self._zone = ZoneInfo(regions.city.timezone)
        self._clock = clock
        self._titles = titles
        self._read_board = read_board
        self._read_history = read_history
        self._turn = asyncio.Lock()
        self._board: Board | None = None
        self._until = self._history_until = float("-inf")
        self._history: History | None = None
        self._made: dict[tuple[str, str], bytes] = {}

    def routes(self) -> list[Route]:
        """All three."""
        answers = {"/status": self._page, "/status.json": self._json, "/status.atom": self._atom}
        return [Route(path, self._rest.told(answer), methods=["GET"]) for path, answer in answers.items()]

    async def standing(self, language: str) -> str:
        """How the agencies do now, in one sentence."""
        async with self._turn:
            return standing_of(await self._known(), language)

    async def _page(self, request: Request) -> Response:
        def made(board: Board, words: StatusWords) -> bytes:
            return page(self._frame, board, self._titles, self._history, words).encode()

        body, spoken = await self._answer(request, made)
        headers = HEADERS | {"content-security-policy": POLICY, "content-language": spoken}
        return Response(body, headers=headers, media_type="text/html")

    async def _json(self, request: Request) -> Response:
        body, _ = await self._answer(request, self._told)
        return Response(body, headers=HEADERS | {"access-control-allow-origin": "*"}, media_type="application/json")

    async def _atom(self, request: Request) -> Response:
        def made(board: Board, words: StatusWords) -> bytes:
            if not board.store_answers:
                raise StoreBroken("it did not answer when the board was made")
            return feed(self._city.name, self._city.code, board, words)

        body, spoken = await self._answer(request, made)
        return Response(body, headers=HEADERS | {"content-language": spoken}, media_type="application/atom+xml")

    async def _answer(self, request: Request, make: Callable[[Board, StatusWords], bytes]) -> tuple[bytes, str]:
        """What is answered, made once for all who ask in the next seconds, and its language."""
        if request.query_params.keys() - {"lang"}:
            raise BadRequest(400, "BAD_REQUEST", "Unknown parameters.")
        spoken = request.query_params.get("lang", language(request.headers.get("accept-language")))
        if spoken not in LANGUAGES:
            raise BadRequest(400, "BAD_REQUEST", "lang is id or en.")
        await self._rest.look(request)
        async with self._turn:
            board = await self._known()
        at = (request.url.path, spoken)
        if at not in self._made:
            self._made[at] = make(board, StatusWords(spoken, self._zone, board.at))
        return self._made[at], spoken

    async def _known(self) -> Board:
        now = self._clock.monotonic()
        if self._board is None or now >= self._until:
            self._board = await self._read_board()
            if now >= self._history_until:
                self._history = await self._look_back(self._board)
                self._history_until = now + HISTORY_KEPT
            self._until = now + KEPT
            self._made = {}
        return self._board

    async def _look_back(self, board: Board) -> History | None:
        """The last days, as they are counted in UTC; None if the store does not say."""
        first = datetime.combine(board.at.astimezone(UTC).date() - timedelta(days=DAYS - 1), time(), UTC)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._read_history(first, board.at)
        except (StoreBroken, TimeoutError) as error:
            log.warning("status.no_history", error=type(error).__name__)
            return None

    def _told(self, board: Board, _: StatusWords) -> bytes:
        """The board for programs, in both languages; nothing that is internal."""
        both = [(spoken, StatusWords(spoken, self._zone, board.at)) for spoken in LANGUAGES]
        subjects = [
            {
                "domain": domain,
                "title": {spoken: self._title(domain)[spoken] for spoken in LANGUAGES},
                "state": worst(agencies).value,
                "sentence": {spoken: words.sentence(self._title(domain)[spoken], agencies) for spoken, words in both},
            }
            for domain, _title, agencies in subjects_of(board, self._titles, "id")
        ]
        return msgspec.json.encode(
            {
                "city": self._city.name,
                "timezone": self._city.timezone,
                "at": board.at,
                "storeAnswers": board.store_answers,
                "domains": subjects,
                "agencies": list(map(_agency, board.agencies)),
                "announcements": [_announcement(each) for each in board.announcements if each.stands(board.at)],
            }
        )

    def _title(self, domain: str) -> Bilingual:
        return self._titles.get(domain) or Bilingual(id=domain, en=domain)


def _agency(status: AgencyStatus) -> dict[str, Any]:
    return {
        "code": status.code,
        "name": status.name,
        "domain": status.domain,
        "state": status.state.value,
        "since": status.since,
        "lastSuccess": status.last_success,
        "lag": status.lag,
        "plannedMaintenance": _announcement(status.maintenance) if status.maintenance else None,
        "expectedRecovery": status.recovery.ends_at if status.recovery else None,
    }


def _announcement(announcement: Announcement) -> dict[str, Any]:
    return {
        "code": announcement.code,
        "kind": announcement.kind.value,
        "agency": announcement.agency,
        "startsAt": announcement.starts_at,
        "endsAt": announcement.ends_at,
        "text": {"id": announcement.text.id, "en": announcement.text.en},
    }
