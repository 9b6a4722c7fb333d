"""All that one hub shows of its work, opened and closed with it."""

import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from auth.caller import Caller
from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.observer import Observers
from engine.telemetry.agency_log import AgencyLog
from engine.telemetry.loop_lag import measured
from engine.telemetry.metrics import Metrics
from engine.telemetry.operation import WatchedOperation
from engine.telemetry.otlp import tracing
from store.kit.workers import StoreObserver

if TYPE_CHECKING:
    from engine.telemetry.traces import Traces


class Telemetry(StoreObserver):
    """Tells metrics, log and traces what happens.

    `observers` are told of agencies. `domains` gives the domain of each root field. `continues_all`: also a trace that
    a stranger names is continued. `traced` says whether operations are, each by itself. Raises ValueError
    if the environment asks for traces that the hub cannot make.
    """

    def __init__(
        self,
        clock: Clock,
        observers: Observers,
        domains: Mapping[str, str] | None = None,
        *,
        continues_all: bool = False,
    ) -> None:
        self.metrics = Metrics(clock, domains)
        self._observers = observers
        self._continues_all = continues_all
        self.traced = tracing(os.environ)
        self._traces: Traces | None = None
        observers.add(self.metrics.agencies)
        observers.add(AgencyLog(clock))

    def know(self, agencies: Iterable[Agency]) -> None:
        """Show these agencies from the beginning."""
        for each in agencies:
            self.metrics.agencies.know(each)

    def forget(self, agencies: Iterable[Agency]) -> None:
        """Show these no longer."""
        for each in agencies:
            self.metrics.agencies.forget(each)

    def operation(self, caller: Caller, traceparent: str | None) -> WatchedOperation:
        """One operation that begins."""
        continues = self._continues_all or caller.app is not None
        trace = self._traces.operation(traceparent, continues=continues) if self._traces else None
        return WatchedOperation(self.metrics, trace, caller.audience.value)

    def store_ended(self, work: str, waited: float, seconds: float, *, failed: bool) -> None:
        self.metrics.store_ended(work, waited, seconds, failed=failed)
        if self._traces:
            self._traces.store_ended(work, waited, seconds, failed=failed)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Measure the event loop, and make traces if they are switched on, while the block runs."""
        if self.traced:
            from engine.telemetry.traces import Traces  # noqa: PLC0415  the library takes time to start

            self._traces = Traces()
            self._observers.add(self._traces)
        try:
            with measured(self.metrics.loop_lag.observe):
                yield
        finally:
            if self._traces:
                await self._traces.aclose()
