"""A kept answer as one request wants it, for whoever answers the same bytes again without asking the app."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from auth.caller import ANYBODY
from engine.answers.answers import Served

if TYPE_CHECKING:
    from engine.http.kept_response import KeptResponses

REPLY = "simpul.kept"
"""Where the reply to a request without credentials stands in its scope, if it is one that is kept."""
CHANGING = ("age", "cache-control", "cache-status", "etag")
"""The headers that change while an answer is kept."""


class ReplyForm(NamedTuple):
    """A reply at one moment: its status, the headers that change with time, its body, and until when it is so."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    until: float


class KeptReply:
    """A kept answer as one request wants it: `tags` are those of what the client has already.

    `cost` is what it costs of a quota. `kept` is what its last form was made of.
    """

    __slots__ = ("_responses", "_tags", "cost", "kept", "served")

    def __init__(self, responses: "KeptResponses", served: Served, cost: int, tags: str) -> None:
        self._responses = responses
        self._tags = tags
        self.served = served
        self.kept = served.answer
        self.cost = cost

    def form(self, now: float) -> ReplyForm | None:
        """Its form at this moment; None if it has no form now, or if that takes long to make."""
        kept, encoding = self._responses.answers.again(self.kept), self.served.encoding
        if kept is None or kept.encoding(encoding) is not encoding or kept.content.cost != self.kept.content.cost:
            return None
        shown = kept.shown(now, encoding)
        if shown is None:
            return None
        self.kept, self.served = kept, self.served._replace(answer=kept)
        headers = self._responses.headers(self.served, shown, now)
        changing = {name: headers[name] for name in CHANGING if name in headers}
        if self.served.public and self.kept.matches(self._tags, shown):
            return ReplyForm(304, changing, b"", shown.until)
        changing["content-length"] = str(len(shown.body))
        return ReplyForm(200, changing, shown.body, shown.until)

    def told(self, times: int) -> None:
        """Tell the metrics and the log that it was given so often."""
        self._responses.answers.metrics.count("hit", "wire", times)
        self._responses.answers.used(self.kept, times)
        self._responses.tell(self.kept, ANYBODY, cost=self.cost, seconds=0.0, times=times)
