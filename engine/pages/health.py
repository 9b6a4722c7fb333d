"""Whether the hub lives, and whether it can answer: for what watches over it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine.http.rest import Rest
from store.kit.copies import Copies, Copy
from store.kit.database import StoreBroken
from store.kit.follower import Follower


class HealthPages:
    """`/healthz` and `/readyz`. `known` stands in every answer of the second."""

    def __init__(self, rest: Rest, copies: Copies, follower: Follower, known: dict[str, Any]) -> None:
        self._rest = rest
        self._copies = copies
        self._follower = follower
        self._known = known

    def routes(self) -> list[Route]:
        """Both."""
        return [Route("/healthz", self._alive), Route("/readyz", self._rest.told(self._ready))]

    @staticmethod
    async def _alive(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def _ready(self, request: Request) -> Response:
        """How far each copy is; 503 where the store does not say."""
        await self._rest.look(request)
        try:
            copies = [self._copy(each) for each in await self._copies.all()]
        except StoreBroken as error:
            return JSONResponse({"status": "not ready", "problem": f"the store: {error}", **self._known}, 503)
        return JSONResponse({"status": "ready", **self._known, "copies": copies})

    def _copy(self, copy: Copy) -> dict[str, Any]:
        return {
            "agency": copy.agency,
            "feed": copy.name,
            "documents": copy.documents,
            "fetchedAt": copy.fetched_at.isoformat() if copy.fetched_at else None,
            "receiving": self._follower.received(copy.agency, copy.name),
            "problem": copy.problem,
        }
