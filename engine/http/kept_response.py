"""Answers over HTTP that are kept whole: found, counted and charged like any other, and given with what caches need."""

import asyncio
import contextvars
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import structlog
from graphql import OperationType as GraphQLOperationType
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from strawberry.types.graphql import OperationType

from auth.caller import ANYBODY, Caller
from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.observer import Observer
from connectors.kit.together import cancel_all
from connectors.kit.urgency import Urgency
from engine.answers.answers import Answers, Making
from engine.answers.asked import AskedOperation
from engine.answers.kept import Encoding, KeptAnswer, Rendered, Served
from engine.answers.making import content_of
from engine.answers.verdicts import Verdicts
from engine.execution.guard import OperationGuard
from engine.execution.operation import Operation, OperationRunner
from engine.execution.request import OperationRequest
from engine.http.authentication import CREDENTIALS, DECLARING
from engine.http.cache_status import caching, kept_headers
from engine.http.kept_reply import REPLY, KeptReply
from engine.http.negotiation import best_encoding
from engine.http.timeout import TIMEOUT
from engine.telemetry.operation import RootField
from resolvers.kit.deadline import Deadline

log = structlog.get_logger()

IDENTITY = Encoding.IDENTITY
QUERIES = frozenset({OperationType.QUERY})
NOBODY: dict[str, Any] = {"type": "http", "headers": [], "client": None}
"""The connection of the hub's own questions."""
VARY = ", ".join(("accept", "accept-language", *CREDENTIALS))
PUBLIC_VARY = f"{VARY}, accept-encoding, origin"
"""Of an answer that others may keep: with an `Origin` it has headers of its own."""
READY = "simpul.ready"
"""What is set in the scope of an answer whose encoding and tag are right as they are."""
AHEAD = 1.0
"""Seconds after the end of its life: a part that ends within them is asked for as well when an answer is made anew."""
OFFERED = (Encoding.BROTLI.value, Encoding.GZIP.value)


class Exchange(NamedTuple):
    """A request, and how it is to be answered."""

    request: Request
    caller: Caller
    door: OperationGuard
    language: str
    media: str
    operation: OperationRequest
    document: str


class KeptResponses:
    """Gives kept answers, and keeps the ones that are made."""

    def __init__(
        self,
        answers: Answers,
        verdicts: Verdicts,
        runner: OperationRunner,
        *,
        agency_of: Callable[[str], Agency | None],
        observer: Observer,
        clock: Clock,
    ) -> None:
        self.answers = answers
        self._verdicts = verdicts
        self._runner = runner
        self._agency_of = agency_of
        self._observer = observer
        self._clock = clock
        answers.refresh = self._refresh
        self._refreshing: set[asyncio.Task[None]] = set()

    async def found(self, exchange: Exchange) -> AskedOperation | KeptAnswer | None:
        """The answer that is kept or just being made; or else what was asked, if its answer may be kept.

        Raises `QuotaExceeded`.
        """
        started = time.perf_counter()
        request, caller, door, spoken, _, operation, document = exchange
        if why := self._verdicts.known(caller.audience, document, operation.operation_name):
            self.answers.metrics.count("bypass", why)
            return None
        asked = self.answers.asked(document, operation, caller, spoken)
        kept = await self.answers.find(asked)
        if kept is None and TIMEOUT not in request.headers:
            kept = await self.answers.wait(asked, door.urgency, door.deadline.left)
        if kept is None:
            return asked
        await door.repeat(kept.content.cost)
        self._runner.documents.keep(operation)
        trace, seconds = request.headers.get("traceparent"), time.perf_counter() - started
        self.tell(kept, caller, cost=door.cost, seconds=seconds, traceparent=trace)
        return kept

    async def landed(self, key: bytes, urgency: Urgency) -> KeptAnswer | None:
        """The answer that is being made for somebody as urgent; None if nobody makes one that others may have."""
        return await self.answers.flights.wait(key, urgency, self._runner.seconds / 2)

    async def finished(
        self, making: Making, running: Operation, body: dict[str, Any], made: Response, exchange: Exchange
    ) -> Response:
        """Keep what was just made and answered, if others may have it; the response with what caches need."""
        asked, door = making.asked, running.door
        if why := self.why_not(asked, running, body):
            making.refused(why)
            return made
        for_caches = made.status_code == 200 and _is_for_caches(exchange)
        if not for_caches and not making.is_wanted(len(made.body), live=running.context.life.live):
            return made
        kept = await making.made(content_of(running.context, body, making.cost(door.cost), door.work.fields))
        return await self.response(kept, exchange) if for_caches else made

    def why_not(self, asked: AskedOperation, running: Operation, body: Mapping[str, Any]) -> str | None:
        """Why this answer is not kept; None if it may be."""
        door = running.door
        if door.prepared is None or body.get("errors"):
            return "error"
        audience, name = running.caller.audience, asked.operation.operation_name
        static = self._verdicts.judge(audience, name, door.prepared, door.schema)
        return static or running.context.life.why_not()

    def tell(
        self,
        kept: KeptAnswer,
        caller: Caller,
        *,
        cost: int,
        seconds: float,
        times: int = 1,
        traceparent: str | None = None,
    ) -> None:
        """Count it so often, as if it had been made, and write a line in the log."""
        content, metrics, now = kept.content, self._runner.telemetry.metrics, self.answers.now()
        if asked := kept.asked:
            self._runner.used_again(asked.document, asked.operation.operation_name, caller, cost=cost, times=times)
        if times == 1:
            with self._runner.telemetry.operation(caller, traceparent) as watched:
                fields = {key: RootField(name, 0.0) for key, name in content.fields}
                watched.runs(GraphQLOperationType.QUERY)
                watched.answered(dict.fromkeys(fields, True), (), (), fields)
        else:
            metrics.repeated(content.audience, [name for _, name in content.fields], seconds, times)
        for each in content.readings:
            if agency := self._agency_of(each.agency):
                self._observer.served(agency, each.name, each.state, max(0.0, now - each.born), times)
        log.info(
            "graphql.operation",
            audience=content.audience,
            app=caller.app.code if caller.app else None,
            ms=round(seconds * 1000, 1),
            codes=[],
            agencies=len(content.touched),
            cost=cost,
            **({} if times == 1 else {"times": times}),
        )

    async def response(self, kept: KeptAnswer, exchange: Exchange) -> Response:
        """The answer in the encoding that the client likes best; 304 without a body, if it has these bytes already."""
        request = exchange.request
        anybody = not any(request.headers.get(name) for name in CREDENTIALS)
        wanted = best_encoding(request.headers.get("accept-encoding"), OFFERED) if anybody else IDENTITY.value
        encoding, now = kept.encoding(Encoding(wanted)), self.answers.now()
        shown = kept.shown(now, encoding)
        if shown is None and kept.is_soon_made(encoding):
            shown = kept.made_at(now, encoding)
        elif shown is None:
            shown = await asyncio.to_thread(kept.made_at, now, encoding)
        served = Served(kept, exchange.media, encoding, public=_is_for_caches(exchange))
        headers = self.headers(served, shown, now) | costs(exchange.door)
        request.scope[READY] = True
        tags = request.headers.get("if-none-match", "")
        if exchange.caller != ANYBODY:
            headers["cache-control"] = "private, no-store"
        elif anybody:
            request.scope[REPLY] = KeptReply(self, served, exchange.door.cost, tags)
        if served.public and shown.matches(tags):
            del headers["content-type"]
            return Response(status_code=304, headers=headers)
        return Response(shown.body, headers=headers)

    def headers(self, served: Served, shown: Rendered, now: float) -> dict[str, str]:
        """What stands above a kept answer, whoever asks for it."""
        said = kept_headers(served.answer, now, self._clock.now())
        said |= served.answer.content.warnings
        said["content-type"] = f"{served.media}; charset=utf-8"
        said["vary"] = PUBLIC_VARY if served.public else f"{VARY}, accept-encoding"
        said["cache-control"] = caching(served.answer, now) if served.public else "no-store"
        if served.encoding is not IDENTITY:
            said["content-encoding"] = served.encoding.value
        if served.public:
            said["etag"] = shown.tag
            said.pop("age", None)  # a cache counts from now on, and would count this besides
        return said

    def _refresh(self, asked: AskedOperation, left: float) -> None:
        """Make an answer anew behind the scenes."""
        task = asyncio.get_running_loop().create_task(self._made_anew(asked, left), context=contextvars.Context())
        self._refreshing.add(task)
        task.add_done_callback(self._refreshing.discard)

    async def _made_anew(self, asked: AskedOperation, left: float) -> None:
        """Ask for what ends soon, and then make the answer of what is kept now; for nobody, and at nobody's cost."""
        for ahead in (left + AHEAD, 0.0):
            connection = HTTPConnection(NOBODY)
            door = self._runner.door(ANYBODY, connection, Deadline(self._runner.seconds))
            door.account = None
            await door.enter()
            running = self._runner.begin(asked.operation, ANYBODY, connection, asked.language, door)
            door.work.encoded = True
            running.context.demands.ahead = timedelta(seconds=ahead)
            with self.answers.begin(asked, door.urgency, door.cost) as making:
                body = running.told(await running.execute(QUERIES))
                if self.why_not(asked, running, body):
                    return
                await making.made(content_of(running.context, body, making.cost(door.cost), door.work.fields))

    async def aclose(self) -> None:
        """End what is being made."""
        await cancel_all(self._refreshing)


def costs(door: OperationGuard | None) -> dict[str, str]:
    """What it cost, and what is left."""
    if door is None:
        return {}
    return {"simpul-cost": str(door.cost)} | (door.charged.headers() if door.charged else {})


def _is_for_caches(exchange: Exchange) -> bool:
    """Whether others may keep the answer: a document that is named by its hash, by GET, asked for by anybody."""
    request = exchange.request
    named = exchange.operation.query is None and request.method in ("GET", "HEAD")
    return named and not any(name in request.headers for name in (*CREDENTIALS, *DECLARING))
