"""One operation, watched from its beginning to its end, over whatever it came."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from graphql import OperationType

from engine.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from engine.telemetry.traces import OperationTrace


class RequestRefused(Exception):
    """What refuses an operation for a reason that the caller is told."""


class RootField(NamedTuple):
    """A root field that was executed: its name in the schema, and how long it took with all its parts."""

    name: str
    seconds: float


class WatchedOperation:
    """Counts one operation. The block in which it runs is `with` this; `answered` says what it came to."""

    def __init__(self, metrics: Metrics, trace: "OperationTrace | None", audience: str) -> None:
        self._metrics = metrics
        self._trace = trace
        self._audience = audience
        self._started = time.perf_counter()
        self._fields: dict[str, str] = {}
        self._codes: list[str] = []
        self._open = False
        self._failed = False
        self._ended = False
        self._kind = "none"

    def __enter__(self) -> Self:
        self._metrics.under_way.inc()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._metrics.under_way.dec()
        if self._open:
            self._metrics.subscriptions.dec()
        left = isinstance(error, asyncio.CancelledError | GeneratorExit)
        if self._open and (left or error is None):
            self._end("failed" if self._failed else "ok")
        elif error is not None:
            self._end("left" if left else "refused" if isinstance(error, RequestRefused) else "broken")

    def runs(self, kind: OperationType) -> None:
        """The document is one that can run, and it runs from now on."""
        self._kind = kind.value
        if kind is OperationType.SUBSCRIPTION:
            self._open = True
            self._metrics.subscriptions.inc()

    def answered(
        self,
        data: Mapping[str, Any] | None,
        failed: Collection[object],
        codes: Sequence[str],
        fields: Mapping[str, RootField],
    ) -> None:
        """An answer, or one event of a subscription.

        `failed` are the keys of root fields with errors. `fields` are the root fields by their keys.
        """
        for code in codes:
            self._metrics.error_told(code)
        for key, field in fields.items():
            there = data is not None and data.get(key) is not None
            outcome = ("partial" if there else "failed") if key in failed else "ok"
            self._metrics.field_ended(self._kind, field.name, outcome, field.seconds)
            self._fields[field.name] = outcome
        self._codes.extend(codes[: max(0, 20 - len(self._codes))])
        self._failed = data is None
        if not self._open:
            outcome = _outcome(data, codes)
            if outcome == "refused":
                self._metrics.request_refused(codes[0])
            self._end(outcome)

    def _end(self, outcome: str) -> None:
        if self._ended:
            return
        self._ended = True
        seconds = None if self._open else time.perf_counter() - self._started
        self._metrics.operation_ended(self._audience, self._kind, outcome, seconds)
        if self._trace:
            self._trace.ended(self._audience, self._kind, outcome, self._fields, self._codes)


def _outcome(data: Mapping[str, Any] | None, codes: Sequence[str]) -> str:
    if not codes:
        return "ok"
    if data is None:
        return "refused"
    return "partial" if any(value is not None for value in data.values()) else "failed"
