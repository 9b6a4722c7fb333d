"""A collector of traces: it receives what the hub really sends over OTLP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

SERVER, CLIENT = Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CLIENT


class Collector:
    """What has come so far."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: list[bytes] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def receive(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        await self.may_answer.wait()
        return web.Response(body=b"", content_type="application/x-protobuf")

    @property
    def resources(self) -> list[dict[str, object]]:
        return [attributes(each.resource) for body in self.bodies for each in request_of(body).resource_spans]

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for body in self.bodies
            for of in request_of(body).resource_spans
            for scope in of.scope_spans
            for span in scope.spans
        ]

    def of_kind(self, kind: int) -> list[Span]:
        return [each for each in self.spans if each.kind == kind]


def request_of(body: bytes) -> ExportTraceServiceRequest:
    return ExportTraceServiceRequest.FromString(body)


def attributes(of: object) -> dict[str, object]:
    """The attributes of a span, as Python has them."""
    found = {}
    for each in of.attributes:
        kind = each.value.WhichOneof("value")
        value = getattr(each.value, kind)
        found[each.key] = [item.string_value for item in value.values] if kind == "array_value" else value
    return found


@asynccontextmanager
async def collecting(monkeypatch) -> AsyncIterator[Collector]:
    """A collector, and the environment that switches tracing on for hubs that start inside."""
    collector = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = site._server.sockets[0].getsockname()[:2]
    collector.url = f"http://{host}:{port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    try:
        yield collector
    finally:
        await runner.cleanup()
