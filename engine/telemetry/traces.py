"""Traces, for OpenTelemetry: one span for each operation, each call to an agency, and each piece of work of the store.

A span holds what a metric's labels hold: codes, names of the schema and of the configuration. It never holds a
document, a variable, an argument, an address with values, or the words of an exception.

This module is imported only where tracing is on, because the library takes time to start.
"""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Iterator, Mapping

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from connectors.kit.agency import Agency
from connectors.kit.errors import AgencyError
from connectors.kit.observer import Observer
from connectors.kit.tracing import TRACE, Trace
from store.kit.workers import StoreObserver

LAST = 2.0
"""Seconds for what has not been sent when the hub stops."""
FIELDS = 3
"""Root fields that stand in the name of a span; an attribute has them all."""
JOINED = 20
"""Links of one span to operations whose work it waited for."""

_W3C = TraceContextTextMapPropagator()


class OperationTrace(Trace):
    """The span of one operation."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self._joined: set[int] = set()

    def joined(self, other: Trace) -> None:
        if isinstance(other, OperationTrace) and other is not self and len(self._joined) < JOINED:
            context = other.span.get_span_context()
            if context.span_id not in self._joined:
                self._joined.add(context.span_id)
                self.span.add_link(context)

    def ids(self) -> dict[str, str]:
        context = self.span.get_span_context()
        return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}

    def ended(self, audience: str, kind: str, outcome: str, fields: Mapping[str, str], codes: list[str]) -> None:
        """The operation ended. `fields` are its root fields that the schema knows."""
        names = sorted(fields)
        shown = ", ".join(names[:FIELDS]) + (", …" if len(names) > FIELDS else "")
        self.span.update_name(f"{kind} {shown}" if shown else kind)
        told = {
            "graphql.operation.type": kind,
            "simpul.audience": audience,
            "simpul.outcome": outcome,
            "simpul.fields": names,
            "simpul.codes": sorted(set(codes)),
        }
        self.span.set_attributes(told)
        if outcome in {"failed", "broken"}:
            self.span.set_status(Status(StatusCode.ERROR))
        self.span.end()


class Traces(Observer, StoreObserver):
    """Makes the spans of one hub, and sends them as the standard environment variables say."""

    def __init__(self) -> None:
        named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        resource = Resource.create({} if named else {SERVICE_NAME: "simpul"})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("simpul")

    def operation(self, traceparent: str | None, *, continues: bool) -> OperationTrace:
        """The span of an operation that begins, also for all work that this task begins.

        Whoever asks may name a trace. It becomes the parent only if it `continues`. Otherwise it is a link, so that a
        stranger neither decides what is kept nor writes into a trace of others.
        """
        given = _W3C.extract({"traceparent": traceparent}, Context()) if traceparent else Context()
        outer = get_current_span(given).get_span_context()
        span = self._tracer.start_span(
            "graphql",
            context=given if continues else Context(),
            kind=SpanKind.SERVER,
            links=[Link(outer)] if outer.is_valid and not continues else [],
        )
        trace = OperationTrace(span)
        TRACE.set(trace)
        return trace

    @contextlib.contextmanager
    def calling(self, agency: Agency, question: str) -> Iterator[Mapping[str, str]]:
        about = {
            "peer.service": agency.code,
            "simpul.agency": agency.code,
            "simpul.domain": agency.domain,
            "simpul.question": question,
        }
        name = f"{agency.code} {question}"
        span = self._tracer.start_span(name, context=_parent(), kind=SpanKind.CLIENT, attributes=about)
        sent: dict[str, str] = {}
        _W3C.inject(sent, set_span_in_context(span, Context()))
        outcome = "ok"
        try:
            yield {"traceparent": sent["traceparent"]}
        except AgencyError as error:
            outcome = error.code
            span.set_status(Status(StatusCode.ERROR))
            raise
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except BaseException:
            outcome = "broken"
            span.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            span.set_attribute("simpul.outcome", outcome)
            span.end()

    def store_ended(self, work: str, waited: float, seconds: float, *, failed: bool) -> None:
        if TRACE.get() is None:
            return  # work behind the scenes looks every second whether there is something to do
        now = time.time_ns()
        span = self._tracer.start_span(
            f"store {work}",
            context=_parent(),
            kind=SpanKind.CLIENT,
            attributes={"simpul.work": work, "simpul.waited": waited},
            start_time=now - int(seconds * 1e9),
        )
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end(now)

    async def aclose(self) -> None:
        """Send what has not been sent, for two seconds at most: whoever receives it may not answer."""
        loop, sent = asyncio.get_running_loop(), asyncio.Event()

        def end() -> None:
            self._provider.shutdown()
            with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody waits
                loop.call_soon_threadsafe(sent.set)

        threading.Thread(target=end, name="traces", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST):
                await sent.wait()


def _parent() -> Context:
    trace = TRACE.get()
    return set_span_in_context(trace.span, Context()) if isinstance(trace, OperationTrace) else Context()
