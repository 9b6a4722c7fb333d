"""A kept answer as one request wants it, for whoever answers the same bytes again without asking the app."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from auth.caller import ANYBODY
from connectors.kit.urgency import Urgency
from engine.answers.kept import KeptAnswer, Rendered, Served

if TYPE_CHECKING:
    from engine.http.kept_response import KeptResponses

REPLY = "simpul.kept"
"""Where the reply to a request without credentials stands in its scope, if it is one that is kept."""
CHANGING = ("age", "cache-control", "cache-status", "etag")
"""The headers that change while an answer is kept."""


class ShownReply(NamedTuple):
    """A reply at one moment, whole: its headers, and its body with its tag."""

    headers: Mapping[str, str]
    body: Rendered


class ReplyForm(NamedTuple):
    """A reply at one moment: its status, the headers that change with time, its body, and until when it is so."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    until: float


class KeptReply:
    """A kept answer as one request wants it: `tags` are those of what the client has already.

    `cost` is what it costs of a quota. `kept` is what its last form was made of. `place` is who gives it.
    """

    __slots__ = ("_place", "_responses", "_tags", "cost", "kept", "served")

    def __init__(
        self, responses: "KeptResponses", served: Served, cost: int, tags: str = "", place: str = "wire"
    ) -> None:
        self._responses = responses
        self._tags = tags
        self._place = place
        self.served = served
        self.kept = served.answer
        self.cost = cost

    def at(self, place: str, tags: str) -> "KeptReply":
        """The same from another place, for a client that has these tags."""
        return KeptReply(self._responses, self.served, self.cost, tags, place)

    def shown(self, now: float) -> ShownReply | None:
        """Its headers and its body at this moment; None if it has none now, or if that takes long to make."""
        kept = self._responses.answers.again(self.kept)
        return self._of(kept, kept.shown(now, self.served.encoding), now) if kept else None

    async def landed(self, urgency: Urgency) -> KeptAnswer | None:
        """The answer that is being made for somebody as urgent; None if nobody makes one that others may have."""
        return await self._responses.landed(self.kept.key, urgency)

    def given(self, kept: KeptAnswer, now: float) -> ShownReply | None:
        """Its headers and its body as of this answer, which was made for others as well, whether it is kept or not."""
        encoding = self.served.encoding
        soon = kept.is_soon_made(encoding)
        return self._of(kept, kept.shown(now, encoding) or kept.made_at(now, encoding), now) if soon else None

    def _of(self, kept: KeptAnswer, shown: Rendered | None, now: float) -> ShownReply | None:
        encoding, cost = self.served.encoding, self.kept.content.cost
        if shown is None or kept.encoding(encoding) is not encoding or kept.content.cost != cost:
            return None
        self.kept, self.served = kept, self.served._replace(answer=kept)
        return ShownReply(self._responses.headers(self.served, shown, now), shown)

    def form(self, now: float) -> ReplyForm | None:
        """Its form at this moment; None as for `shown`."""
        found = self.shown(now)
        if found is None:
            return None
        headers, shown = found
        changing = {name: headers[name] for name in CHANGING if name in headers}
        if self.served.public and shown.matches(self._tags):
            return ReplyForm(304, changing, b"", shown.until)
        changing["content-length"] = str(len(shown.body))
        return ReplyForm(200, changing, shown.body, shown.until)

    def told(self, times: int, seconds: float = 0.0) -> None:
        """Tell the metrics and the log that it was given so often, in so many seconds each time."""
        self._responses.answers.metrics.count("hit", self._place, times)
        self._responses.answers.used(self.kept, times)
        self._responses.tell(self.kept, ANYBODY, cost=self.cost, seconds=seconds, times=times)
