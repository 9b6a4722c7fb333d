"""The one request path to an agency over HTTP: from a declared call to a decoded answer or an `AgencyError`.

Time limit, throttle, signature, retries of safe calls, status, content type, size, decoding, and one log line without
any value: all of it is here. A connector only declares calls and maps rows.
"""

import asyncio
import hashlib
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import IO, TYPE_CHECKING, TypeVar
from urllib.parse import quote

import msgspec
import structlog
from yarl import URL

from connectors.kit import values
from connectors.kit.agency import Agency
from connectors.kit.attempts import Attempts
from connectors.kit.boundary import in_time
from connectors.kit.call import Call, Sent, Spooled, Version, content_of, headers_of, repeatable
from connectors.kit.causes import HostAndPort, of_http
from connectors.kit.clock import Clock
from connectors.kit.errors import (
    AgencyChanged,
    AgencyError,
    AgencyUnavailable,
)
from connectors.kit.kept_connection import KeptConnection, reuse_told
from connectors.kit.late import late
from connectors.kit.responses import Unauthorized, check
from connectors.kit.same_bytes import HEARING, SaidBefore, SameBytes
from connectors.kit.signatures import Signer
from connectors.kit.throttle import Throttle

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = late("aiohttp")

log = structlog.get_logger()

T = TypeVar("T")

LARGE = 256 * 1024
"""A JSON document of so many bytes is decoded in a thread."""


class Http:
    """One agency over HTTP, with its own session, throttle and signature."""

    def __init__(self, agency: Agency, signer: Signer, clock: Clock, throttle: Throttle | None = None) -> None:
        self._agency = agency
        self._signer = signer
        self._clock = clock
        self._throttle = throttle or Throttle(agency, clock)
        self._session: aiohttp.ClientSession | None = None

    async def json(self, call: Call) -> object | None:
        """The decoded answer; None if the status says that there is no such thing. Raises `SameBytes`."""
        async with in_time(self._agency, call.path):
            found = await self._retried(call, {}, self._read_json)
        if isinstance(found, SaidBefore):
            raise SameBytes(found.records)
        return found

    async def body(self, call: Call) -> bytes | None:
        """The answer as bytes, checked for content type and size.

        The agency's time limit covers the retries too.
        """
        async with in_time(self._agency, call.path):
            return await self._retried(call, {}, self._read)

    async def sent(self, call: Call) -> Sent:
        """The same with the charset of the content type; empty if there is no such thing."""
        async with in_time(self._agency, call.path):
            return await self._retried(call, {}, self._read_sent) or Sent(b"", None)

    @asynccontextmanager
    async def spooled(self, call: Call, known: Version | None = None) -> AsyncIterator[Spooled | None]:
        """The answer in a temporary file; None if it is still the version `known`.

        It is for answers that are too large for memory. Here the time limit is for silence: an answer may take as long
        as it needs while bytes come.
        """
        known = known or Version()
        asks = {"If-None-Match": known.etag, "If-Modified-Since": None if known.etag else known.last_modified}
        headers = {name: value for name, value in asks.items() if value}
        came: dict[str, str] = {}
        with tempfile.TemporaryFile() as file:
            async with in_time(self._agency, call.path, told="silent for") as limit:

                async def receive(response: "aiohttp.ClientResponse", call: Call) -> Version:
                    came.clear()
                    came.update(response.headers)
                    file.seek(0)
                    file.truncate()
                    return await self._spool(response, call, file, limit)

                version = await self._retried(
                    msgspec.structs.replace(call, absent=call.absent | {304} if headers else call.absent),
                    headers,
                    receive,
                )
            if version is None or version.sha256 == known.sha256:
                yield None
            else:
                file.seek(0)
                yield Spooled(file=file, version=version, headers=came)

    async def aclose(self) -> None:
        """Close the session. The next call opens a new one."""
        await self._throttle.aclose()
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _retried(
        self,
        call: Call,
        headers: Mapping[str, str],
        receive: Callable[["aiohttp.ClientResponse", Call], Awaitable[T]],
    ) -> T | None:
        limits = self._agency.limits
        ends = self._clock.monotonic() + limits.timeout

        def worth_a_retry(error: Exception) -> bool | float:
            if not isinstance(error, AgencyUnavailable) or self._throttle.is_open:
                return False
            if error.retry_after is None:
                return True
            return error.retry_after if self._clock.monotonic() + error.retry_after < ends else False

        most = 1 + limits.retries if repeatable(call) else 1
        reached = False
        async for attempt in Attempts(worth_a_retry, most, limits):
            with attempt:
                try:
                    try:
                        return await self._once(call, headers, receive)
                    except Unauthorized:
                        if not self._signer.renew():
                            raise
                        return await self._once(call, headers, receive)
                except AgencyError as error:
                    error.reached = reached = reached or error.reached
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def _once(
        self,
        call: Call,
        headers: Mapping[str, str],
        receive: Callable[["aiohttp.ClientResponse", Call], Awaitable[T]],
    ) -> T | None:
        async with self._throttle.passed(call.path) as traced:
            started = self._clock.monotonic()
            outcome = "cancelled"
            sizes = list[int]()
            try:
                answer = await self._exchange(call, {**headers, **traced}, receive, sizes)
                outcome = "ok"
            except AgencyError as error:
                outcome = error.reason
                raise
            else:
                return answer
            finally:
                log.info(
                    "agency.call",
                    agency=self._agency.code,
                    method=call.method,
                    path=call.path,
                    outcome=outcome,
                    bytes=sum(sizes),
                    ms=round((self._clock.monotonic() - started) * 1000, 1),
                )

    async def _exchange(
        self,
        call: Call,
        headers: Mapping[str, str],
        receive: Callable[["aiohttp.ClientResponse", Call], Awaitable[T]],
        sizes: list[int],
    ) -> T | None:
        session = self._open()
        while True:
            connection = KeptConnection()
            try:
                async with session.request(
                    call.method,
                    self._url(call),
                    params=call.query,
                    data=content_of(call),
                    headers=headers_of(call) | dict(await self._signer.headers(session)) | dict(headers),
                    allow_redirects=False,
                    trace_request_ctx=connection,
                ) as response:
                    connection.answered = True
                    if response.status in call.absent:
                        return None
                    check(response, call, self._agency, self._clock.now())
                    answer = await receive(response, call)
                    sizes.append(response.content.total_bytes)
                    return answer
            except (aiohttp.ClientError, ssl.SSLError, ConnectionError) as error:
                if not (connection.was_dead(error) and repeatable(call)):
                    raise await self._failure(call, error) from None

    async def _failure(self, call: Call, error: Exception) -> AgencyError:
        """There was no connection, or it broke. A certificate that does not verify is no passing failure."""
        url = URL(self._agency.url)
        cause = await of_http(error, HostAndPort(url.host or "", url.port), self._agency.limits.timeout)
        kind = AgencyChanged if cause.lasting else AgencyUnavailable
        return kind(
            self._agency.code,
            f"{call.path}: {cause.words}",
            reached=cause.reached,
            cause=cause.words,
            outcome=cause.outcome,
        )

    def _open(self) -> "aiohttp.ClientSession":
        if self._session is None:
            exception = self._agency.tls_exception
            trust = aiohttp.Fingerprint(bytes.fromhex(exception.sha256)) if exception and exception.sha256 else True
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._agency.limits.concurrency, ssl=trust),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_read=self._agency.limits.timeout),
                trace_configs=[reuse_told()],
            )
            # aiohttp repeats a GET by itself whenever a connection is closed. This class repeats it only if the
            # connection was a kept one that had died.
            self._session._retry_connection = False  # noqa: SLF001
        return self._session

    def _url(self, call: Call) -> URL:
        filled = call.path.format_map({name: quote(str(value), safe="") for name, value in call.into.items()})
        return URL(self._agency.url.rstrip("/") + filled, encoded=True)

    async def _read(self, response: "aiohttp.ClientResponse", call: Call) -> bytes:
        body = bytearray()
        async for chunk in self._chunks(response, call):
            body += chunk
        if hearing := HEARING.get():
            hearing.came(body)
        return bytes(body)

    async def _read_json(self, response: "aiohttp.ClientResponse", call: Call) -> object:
        body = await self._read(response, call)
        if (hearing := HEARING.get()) and hearing.are_known:
            return hearing.before
        try:
            large = len(body) >= LARGE
            document = await asyncio.to_thread(values.json_document, body) if large else values.json_document(body)
        except ValueError:
            raise AgencyChanged(self._agency.code, f"{call.path}: {len(body)} bytes that are not JSON") from None
        if document is None:
            raise AgencyChanged(self._agency.code, f"{call.path}: null, which is no answer")
        return document

    async def _read_sent(self, response: "aiohttp.ClientResponse", call: Call) -> Sent:
        return Sent(await self._read(response, call), response.charset)

    async def _spool(
        self, response: "aiohttp.ClientResponse", call: Call, file: IO[bytes], limit: asyncio.Timeout
    ) -> Version:
        loop, digest = asyncio.get_running_loop(), hashlib.sha256()
        async for chunk in self._chunks(response, call):
            limit.reschedule(loop.time() + self._agency.limits.timeout)
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
        return Version(
            etag=response.headers.get("ETag"),
            last_modified=response.headers.get("Last-Modified"),
            sha256=digest.hexdigest(),
        )

    async def _chunks(self, response: "aiohttp.ClientResponse", call: Call) -> AsyncIterator[bytes]:
        """The body in parts, never more than the agency's limit."""
        limit, size = self._agency.limits.max_bytes, 0
        async for chunk in response.content.iter_chunked(256 * 1024):
            size += len(chunk)
            if size > limit:
                raise AgencyChanged(self._agency.code, f"{call.path}: more than {limit} bytes")
            yield chunk
