"""Makes a stand-in slow, down or changed, and counts its calls."""

import asyncio
import math
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Literal, get_args

import msgspec
from aiohttp import web

from sandbox.kit.declarations import SandboxDeclarationError

Mode = Literal["ok", "slow", "down", "changed", "rejecting", "throttling", "html", "truncated"]
MODES: tuple[str, ...] = get_args(Mode)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Behaviour(msgspec.Struct, forbid_unknown_fields=True):
    """How an agency behaves, for `times` calls or until it is told otherwise.

    `seconds` is how slow it is, or its `Retry-After`.
    """

    mode: Mode
    seconds: Annotated[float, msgspec.Meta(ge=0)] = 2.0
    times: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Control:
    """The behaviour and the calls of every stand-in, by the code of the agency."""

    def __init__(self) -> None:
        self.domain = ""
        self._owners: dict[str, str] = {}
        self._renaming = _finding(())
        self._renamed: dict[str, re.Pattern[bytes]] = {}
        self._behaviour: dict[str, Behaviour] = {}
        self._calls: dict[str, Counter[str]] = {}
        self._held: dict[str, asyncio.Event] = {}
        self._held_after: dict[str, asyncio.Event] = {}
        self._told: dict[str, Callable[[Mode], None]] = {}

    def register(self, agency: str, told: Callable[[Mode], None] | None = None) -> None:
        """Add an agency. If `told` is given, it is called with the new mode, and calls are not counted.

        That is for an agency that does not answer through `answer`, such as a database.
        """
        if told is None:
            self.claim(agency)
        self._calls[agency] = Counter()
        self._renamed[agency] = self._renaming
        if told:
            self._told[agency] = told

    def claim(self, agency: str) -> None:
        """Note whose agency it is: of the domain that registers now. Raises `SandboxDeclarationError` for another."""
        owner = self._owners.setdefault(agency, self.domain)
        if owner != self.domain:
            places = f"sandbox/{owner}/domain.py and by sandbox/{self.domain}/domain.py"
            raise SandboxDeclarationError(f"the stand-in {agency} is declared by {places}")

    def renaming(self, names: Iterable[str]) -> None:
        """The keys and elements that a `changed` agency renames, for agencies that are registered after this."""
        self._renaming = _finding(names)

    @property
    def agencies(self) -> list[str]:
        """The codes of all agencies."""
        return sorted(self._calls)

    def set(self, agency: str, mode: Mode, *, seconds: float = 2.0, times: int | None = None) -> None:
        """Set the behaviour; raises KeyError for an unknown agency, and ValueError for a mode that it cannot have."""
        self._calls[agency]
        if told := self._told.get(agency):
            if times is not None:
                raise ValueError("its calls are not seen, so it behaves so until told otherwise: without times")
            told(mode)
        self._behaviour[agency] = Behaviour(mode, seconds, times)

    def hold(self, agency: str, *, after: bool = False) -> None:
        """Stop before every answer until `release`; with `after`, stop after the work is done and before the answer."""
        if agency in self._told:
            self.set(agency, "slow")
        else:
            (self._held_after if after else self._held)[agency] = asyncio.Event()

    def release(self, agency: str) -> None:
        """Send the answers that are held."""
        if agency in self._told:
            self.set(agency, "ok")
        for held in (self._held, self._held_after):
            if event := held.pop(agency, None):
                event.set()

    def reset(self) -> None:
        """Set all agencies to normal, and all counts to 0."""
        for agency in self._behaviour.keys() & self._told.keys():
            self._told[agency]("ok")
        self._behaviour.clear()
        for agency in [*self._held, *self._held_after]:
            self.release(agency)
        for calls in self._calls.values():
            calls.clear()

    def hits(self, agency: str) -> int:
        """How often an agency was called."""
        return self._calls[agency].total()

    def all_hits(self) -> int:
        """How often all agencies were called."""
        return sum(calls.total() for calls in self._calls.values())

    def calls(self, agency: str) -> dict[str, int]:
        """The calls of an agency, by what was asked."""
        return dict(self._calls[agency])

    def behaving(self, agency: str) -> Mode:
        """The current mode of an agency."""
        behaviour = self._behaviour.get(agency)
        return behaviour.mode if behaviour else "ok"

    async def answer(self, agency: str, asked: str, request: web.Request, answer: Handler) -> web.StreamResponse:
        """Count a call, and answer it in the current mode."""
        self._calls[agency][asked] += 1
        if event := self._held.get(agency):
            await event.wait()
        behaviour = self._next(agency)
        if behaviour.mode == "slow":
            await asyncio.sleep(behaviour.seconds)
        if instead := _instead(behaviour, request):
            return instead
        response = self._damaged(agency, behaviour.mode, await answer(request))
        if event := self._held_after.get(agency):
            await event.wait()
        return response

    def _damaged(self, agency: str, mode: Mode, response: web.StreamResponse) -> web.StreamResponse:
        """The answer, damaged as the mode says."""
        if isinstance(response, web.Response) and isinstance(response.body, bytes):
            if mode == "truncated":
                response.body = response.body[: len(response.body) // 2]
            elif mode == "changed":  # like a release that renames keys without notice
                response.body = self._renamed[agency].sub(b"baru_", response.body)
        return response

    def _next(self, agency: str) -> Behaviour:
        behaviour = self._behaviour.get(agency, Behaviour("ok"))
        if behaviour.times is not None:
            behaviour.times -= 1
            if behaviour.times <= 0:
                self._behaviour.pop(agency, None)
        return behaviour


def _instead(behaviour: Behaviour, request: web.Request) -> web.Response | None:
    """An answer that does not depend on the question."""
    match behaviour.mode:
        case "down":
            if request.transport:
                request.transport.abort()
            return web.Response()
        case "rejecting":
            return web.json_response({"metadata": {"code": 401, "message": "Unauthorized"}}, status=401)
        case "throttling":
            return web.json_response({}, status=429, headers={"Retry-After": str(math.ceil(behaviour.seconds))})
        case "html":
            return web.Response(text="<html><h1>Sedang pemeliharaan</h1></html>", content_type="text/html")
        case _:
            return None


def _finding(names: Iterable[str]) -> re.Pattern[bytes]:
    """A pattern for the beginning of these names as JSON keys, XML elements and iCalendar properties."""
    name = "|".join(sorted(map(re.escape, names))) or r"(?!)"
    key, element = rf'(?<=")(?=(?:{name})")', rf"(?:(?<=<)|(?<=</)|(?<=\n))(?=(?:{name})\b)"
    return re.compile(f"{key}|{element}".encode())


def routes(control: Control) -> list[web.RouteDef]:
    """The control over HTTP, beside the agencies."""

    async def overview(_: web.Request) -> web.Response:
        return web.json_response(
            {code: {"mode": control.behaving(code), "hits": control.hits(code)} for code in control.agencies}
        )

    async def reset(_: web.Request) -> web.Response:
        control.reset()
        return web.Response(status=204)

    async def behave(request: web.Request) -> web.Response:
        agency = _agency(request)
        try:
            behaviour = msgspec.json.decode(await request.read(), type=Behaviour)
            control.set(agency, behaviour.mode, seconds=behaviour.seconds, times=behaviour.times)
        except (msgspec.MsgspecError, ValueError) as error:
            raise web.HTTPBadRequest(text=f"{error}; modes are {', '.join(MODES)}\n") from None
        return web.Response(status=204)

    async def hits(request: web.Request) -> web.Response:
        agency = _agency(request)
        return web.json_response({"total": control.hits(agency), "calls": control.calls(agency)})

    def _agency(request: web.Request) -> str:
        code = request.match_info["agency"]
        if code not in control.agencies:
            raise web.HTTPNotFound(text=f"no such agency; there are {', '.join(control.agencies)}\n")
        return code

    return [
        web.get("/_control", overview),
        web.delete("/_control", reset),
        web.put("/_control/{agency}", behave),
        web.get("/_control/{agency}/hits", hits),
    ]
