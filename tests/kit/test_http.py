"""The request path over HTTP, where the conformance suite does not reach: signatures, places, pace, TLS, addresses."""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import ssl
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from structlog.testing import capture_logs

from connectors.kit.agency import Agency, Limits, TlsException
from connectors.kit.boundary import in_time
from connectors.kit.call import Call, Version
from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyThrottled, AgencyUnavailable, HubThrottled
from connectors.kit.http import Http
from connectors.kit.signatures import ClientCredentials, HmacHeaders, api_key, basic, bearer, unsigned


class Server:
    def __init__(self):
        self.requests = []
        self.answer = lambda _: web.json_response({"ok": True})

    async def handle(self, request):
        await request.read()
        self.requests.append(request)
        answer = self.answer(request)
        return await answer if asyncio.iscoroutine(answer) else answer


@asynccontextmanager
async def serving(server, **site):
    app = web.Application(client_max_size=10**8)
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, **site).start()
    scheme = "https" if "ssl_context" in site else "http"
    yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def server():
    server = Server()
    async with serving(server) as server.url:
        yield server


@pytest.fixture
async def http_for(server, clock):
    made = []

    def make(signer=None, *, url=None, tls_exception=None, accepts=(), **limits):
        agency = Agency(
            code="agency", domain="x", connector="x", name="A", url=url or server.url, tls_exception=tls_exception,
            accepts=accepts, limits=Limits(**{"retry_wait": 0.001, **limits}),
        )  # fmt: skip
        made.append(Http(agency, signer or unsigned(), clock))
        return made[-1]

    yield make
    for http in made:
        await http.aclose()


@pytest.mark.parametrize(
    ("signer", "header", "value"),
    [
        (api_key("abc"), "x-api-key", "abc"),
        (api_key("abc", "Apikey"), "Apikey", "abc"),
        (basic("user", "pässword"), "Authorization", "Basic " + base64.b64encode("user:pässword".encode()).decode()),
        (bearer("abc"), "Authorization", "Bearer abc"),
    ],
)
async def test_fixed_signatures(http_for, server, signer, header, value):
    await http_for(signer).json(Call(path="/x"))
    assert server.requests[0].headers[header] == value


async def test_the_hmac_family_signs_identity_and_time(http_for, server, clock):
    signer = HmacHeaders("id", "key", clock=clock, names=("userid", "key", "signature"), also={"user_key": "u"})
    await http_for(signer).json(Call(path="/x"))
    seconds = str(int(clock.now().timestamp()))
    digest = hmac.new(b"key", f"id&{seconds}".encode(), hashlib.sha256).digest()
    sent = server.requests[0].headers
    assert (sent["userid"], sent["key"], sent["user_key"]) == ("id", seconds, "u")
    assert sent["signature"] == base64.b64encode(digest).decode()


class TestClientCredentials:
    @pytest.fixture
    def tokens(self, server):
        """A token endpoint that numbers its tokens, and a service that takes only the newest."""
        issued = []

        def answer(request):
            if request.path == "/token":
                issued.append(f"token-{len(issued) + 1}")
                return web.json_response({"access_token": issued[-1], "expires_in": 300, "token_type": "Bearer"})
            good = request.headers.get("Authorization") == f"Bearer {issued[-1]}"
            return web.json_response({"ok": True}, status=200 if good else 401)

        server.answer = answer
        return issued

    @pytest.fixture
    def http(self, http_for, server, clock):
        return http_for(ClientCredentials("agency", f"{server.url}/token", "id", "secret", clock=clock, scope="a b"))

    async def test_one_token_serves_many_calls(self, http, tokens, server):
        await asyncio.gather(*(http.json(Call(path="/x")) for _ in range(10)))
        assert tokens == ["token-1"]
        (asked,) = (request for request in server.requests if request.path == "/token")
        assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"id:secret").decode()
        assert dict(await asked.post()) == {"grant_type": "client_credentials", "scope": "a b"}

    async def test_a_token_endpoint_that_is_gone_is_told_in_words_and_the_agency_was_not_asked(self, http_for, clock):
        http = http_for(ClientCredentials("agency", "http://127.0.0.1:1/token", "id", "secret", clock=clock), retries=0)
        with pytest.raises(AgencyUnavailable) as raised:
            await http.json(Call(path="/x"))
        assert (raised.value.reason, raised.value.reached) == ("token: port closed: 127.0.0.1:1", False)

    async def test_it_is_renewed_before_it_ends(self, http, tokens, clock):
        await http.json(Call(path="/x"))
        clock.advance(dt.timedelta(seconds=269))
        await http.json(Call(path="/x"))
        assert tokens == ["token-1"]
        clock.advance(dt.timedelta(seconds=2))
        await http.json(Call(path="/x"))
        assert tokens == ["token-1", "token-2"]

    async def test_it_is_renewed_once_when_it_is_refused(self, http, tokens, server):
        await http.json(Call(path="/x"))
        tokens.append("withdrawn")
        await http.json(Call(path="/x"))
        assert tokens == ["token-1", "withdrawn", "token-3"]

    async def test_a_service_that_refuses_the_new_one_too_is_believed(self, http, server):
        server.answer = lambda request: (
            web.json_response({"access_token": "t"}) if request.path == "/token" else web.json_response({}, status=401)
        )
        with pytest.raises(AgencyRejected):
            await http.json(Call(path="/x"))
        assert [request.path for request in server.requests] == ["/token", "/x", "/token", "/x"]

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (lambda _: web.json_response({"error": "invalid_client"}, status=401), AgencyRejected),
            (lambda _: web.json_response({}, status=400), AgencyRejected),
            (lambda _: web.json_response({}, status=503), AgencyUnavailable),
            (lambda _: web.json_response({"token": "x"}), AgencyChanged),
            (lambda _: web.Response(text="<html>"), AgencyChanged),
        ],
    )
    async def test_a_token_endpoint_that_fails(self, http_for, server, clock, answer, kind):
        server.answer = answer
        http = http_for(ClientCredentials("agency", f"{server.url}/token", "id", "secret", clock=clock), retries=0)
        with capture_logs() as lines, pytest.raises(kind) as raised:
            await http.json(Call(path="/x"))
        assert type(raised.value) is kind
        assert "secret" not in f"{lines}{raised.value}"


async def test_no_more_calls_at_once_than_allowed(http_for, server):
    inside, most, go = 0, 0, asyncio.Event()

    async def answer(request):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == 3:
            asyncio.get_running_loop().call_later(0.02, go.set)
        await go.wait()
        inside -= 1
        return web.json_response({})

    server.answer = answer
    http = http_for(concurrency=3)
    await asyncio.gather(*(http.json(Call(path="/x")) for _ in range(9)))
    assert most == 3
    assert len(server.requests) == 9


async def test_the_pace_is_kept(http_for, server):
    http = http_for(per_minute=2)
    tasks = [asyncio.create_task(http.json(Call(path="/x"))) for _ in range(5)]
    done, waiting = await asyncio.wait(tasks, timeout=0.3)
    assert (len(done), len(waiting), len(server.requests)) == (2, 3, 2)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_after_retry_after_the_door_is_shut_for_all_and_opens_again(http_for, server):
    server.answer = lambda _: web.json_response({}, status=429, headers={"Retry-After": "1"})
    http = http_for(retries=0)
    for _ in range(3):
        with pytest.raises(AgencyThrottled):
            await http.json(Call(path="/x"))
    assert len(server.requests) == 1
    server.answer = lambda _: web.json_response({"ok": True})
    http._throttle._shut_until = 0
    assert await http.json(Call(path="/x")) == {"ok": True}


@pytest.mark.parametrize("value", ["Wed, 21 Oct 2020 07:28:00 GMT", "soon", "", "-5"])
async def test_a_retry_after_that_is_past_or_no_number_waits_for_nothing(http_for, server, value):
    server.answer = lambda _: web.json_response({}, status=429, headers={"Retry-After": value})
    with pytest.raises(AgencyThrottled):
        await http_for(retries=1).json(Call(path="/x"))
    assert len(server.requests) == 2


async def test_a_retry_after_may_be_a_date(http_for, server, clock):
    when = (clock.now() + dt.timedelta(seconds=60)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    server.answer = lambda _: web.json_response({}, status=503, headers={"Retry-After": when})
    with pytest.raises(AgencyUnavailable) as raised:
        await http_for().json(Call(path="/x"))
    assert raised.value.retry_after == 60
    assert len(server.requests) == 1


@pytest.mark.parametrize("value", ["315360000", "Wed, 21 Oct 2099 07:28:00 GMT", "999999999999"])
async def test_no_agency_shuts_its_door_for_longer_than_an_hour(http_for, server, value):
    server.answer = lambda _: web.json_response({}, status=429, headers={"Retry-After": value})
    http = http_for(retries=0)
    with pytest.raises(AgencyThrottled) as raised:
        await http.json(Call(path="/x"))
    assert raised.value.retry_after == 3600
    assert http._throttle._shut_until <= asyncio.get_running_loop().time() + 3600


@pytest.mark.parametrize("value", ["9" * 400, "Mon, 01 Jan 0001 00:00:00 GMT", "\u0661", "Mon, 99 Foo 99999 99:99"])
async def test_a_retry_after_that_nobody_can_mean_is_none(http_for, server, value):
    server.answer = lambda _: web.json_response({}, status=503, headers={"Retry-After": value})
    with pytest.raises(AgencyUnavailable) as raised:
        await http_for(retries=0).json(Call(path="/x"))
    assert raised.value.retry_after is None


async def test_the_hubs_own_pace_is_not_told_as_the_agencys_fault(http_for, server):
    http = http_for(per_minute=1, timeout=0.2)
    assert await http.json(Call(path="/x")) == {"ok": True}
    with pytest.raises(HubThrottled) as raised:
        await http.json(Call(path="/x"))
    assert (raised.value.code, raised.value.retryable, raised.value.stale_allowed) == ("HUB_THROTTLED", True, True)
    assert len(server.requests) == 1


async def test_an_agency_that_is_silent_while_other_calls_wait_for_the_pace_is_at_fault(http_for, server):
    silence = asyncio.Event()

    async def silent(_):
        await silence.wait()
        return web.json_response({})

    server.answer = silent
    http = http_for(per_minute=1, timeout=0.2, retries=0)
    agency = http._agency
    with pytest.raises(AgencyUnavailable) as raised:
        async with in_time(agency, "pages"):
            await asyncio.gather(*(http.json(Call(path="/x")) for _ in range(2)))
    assert raised.value.code == "AGENCY_UNAVAILABLE"
    silence.set()


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"a": 1}', b'{"a": 1}'])
async def test_a_byte_order_mark_is_no_part_of_json(http_for, server, body):
    server.answer = lambda _: web.Response(body=body, content_type="application/json")
    assert await http_for().json(Call(path="/x")) == {"a": 1}


async def test_another_content_type_is_taken_where_the_agencys_entry_says_so(http_for, server):
    server.answer = lambda _: web.Response(text='{"a": 1}', content_type="text/html")
    with pytest.raises(AgencyChanged):
        await http_for().json(Call(path="/x"))
    assert await http_for(accepts=("text/html",)).json(Call(path="/x")) == {"a": 1}


async def test_a_text_that_cannot_be_encoded_is_mended_where_it_enters(http_for, server):
    sent = r'{"Kasir \ud83d": ["\ud83d\ude00", {"x": "a\u0000b\udc00"}]}'
    server.answer = lambda _: web.Response(text=sent, content_type="application/json")
    assert await http_for().json(Call(path="/x")) == {"Kasir \ufffd": ["\U0001f600", {"x": "ab\ufffd"}]}


async def test_a_call_that_changes_something_is_never_sent_twice(http_for, server):
    server.answer = lambda _: web.json_response({}, status=503)
    with pytest.raises(AgencyUnavailable):
        await http_for(retries=3).json(Call(method="POST", path="/x", json={"a": 1}))
    assert len(server.requests) == 1


async def test_what_is_put_into_the_address_is_quoted_and_stays_out_of_the_log(http_for, server):
    with capture_logs() as lines:
        await http_for().json(Call(path="/sppt/{nop}/{year}", into={"nop": "99.07/../x?y=1#z", "year": 2026}))
    assert server.requests[0].raw_path == "/sppt/99.07%2F..%2Fx%3Fy%3D1%23z/2026"
    (line,) = lines
    assert line["path"] == "/sppt/{nop}/{year}"
    assert "99.07" not in str(lines)


async def test_forms_and_queries_are_sent_as_such(http_for, server):
    await http_for().json(Call(method="POST", path="/x", form={"tgl": "2026-05-04"}, query={"take": "10"}))
    assert dict(await server.requests[0].post()) == {"tgl": "2026-05-04"}
    assert dict(server.requests[0].query) == {"take": "10"}


async def test_a_name_may_come_again_in_a_form(http_for, server):
    pairs = (("a[]", "1"), ("b", "é&="), ("a[]", "2"))
    await http_for().json(Call(method="POST", path="/x", form=pairs))
    assert tuple((await server.requests[0].post()).items()) == pairs


async def test_content_is_sent_as_it_is_with_its_type(http_for, server):
    await http_for().json(Call(method="POST", path="/x", content=b"<a/>", media="text/xml; charset=UTF8"))
    assert server.requests[0].headers["Content-Type"] == "text/xml; charset=UTF8"
    assert await server.requests[0].read() == b"<a/>"


@pytest.mark.parametrize("reached", [True, False])
async def test_an_error_says_whether_anything_was_sent(http_for, server, reached):
    server.answer = lambda _: web.Response(status=503)
    http = http_for(retries=0, url=None if reached else "http://127.0.0.1:1")
    with pytest.raises(AgencyUnavailable) as raised:
        await http.json(Call(method="POST", path="/x"))
    assert (raised.value.reached, raised.value.again().reached) == (reached, reached)


async def test_a_status_may_mean_that_there_is_no_such_thing(http_for, server):
    server.answer = lambda _: web.Response(status=404)
    assert await http_for().json(Call(path="/x", absent=frozenset({404}))) is None


async def test_cookies_are_not_kept(http_for, server):
    server.answer = lambda _: web.json_response({}, headers={"Set-Cookie": "session=1; Path=/"})
    http = http_for()
    await http.json(Call(path="/x"))
    await http.json(Call(path="/x"))
    assert "Cookie" not in server.requests[1].headers


async def test_a_compressed_answer_is_measured_by_what_comes_out_of_it(http_for, server):
    def answer(_):
        response = web.Response(body=b" " * 5_000_000, content_type="application/json")
        response.enable_compression(web.ContentCoding.gzip)
        return response

    server.answer = answer
    with pytest.raises(AgencyChanged):
        await http_for(max_bytes=1_000_000).json(Call(path="/x"))


class TestTls:
    @pytest.fixture
    def certificate(self, tmp_path):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
            .not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
            .sign(key, hashes.SHA256())
        )
        folder = tmp_path
        (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        return context, made.fingerprint(hashes.SHA256()).hex()

    async def test_a_certificate_that_does_not_verify_is_refused(self, http_for, certificate):
        server = Server()
        async with serving(server, ssl_context=certificate[0]) as url:
            with pytest.raises(AgencyChanged, match="certificate") as raised:
                await http_for(url=url).json(Call(path="/x"))
        assert (server.requests, raised.value.reached) == ([], False)

    async def test_but_for_the_one_that_is_excepted_by_its_fingerprint(self, http_for, certificate):
        server, context, fingerprint = Server(), *certificate
        excepted = TlsException(reason="its authority is not public", sha256=fingerprint)
        other = TlsException(reason="its authority is not public", sha256="0" * 64)
        async with serving(server, ssl_context=context) as url:
            assert await http_for(url=url, tls_exception=excepted).json(Call(path="/x")) == {"ok": True}
            with pytest.raises(AgencyChanged, match="certificate"):
                await http_for(url=url, tls_exception=other).json(Call(path="/x"))
        assert len(server.requests) == 1


class TestSpooled:
    """Answers of any size, on disk."""

    CALL = Call(path="/all")

    @pytest.fixture
    def versioned(self, server):
        """A server that knows what it sent before."""

        def answer(request):
            if request.headers.get("If-None-Match") == '"1"' or "If-Modified-Since" in request.headers:
                return web.Response(status=304)
            return web.json_response(
                [{"a": 1}], headers={"ETag": '"1"', "Last-Modified": "Mon, 16 Nov 2026 03:00:00 GMT"}
            )

        server.answer = answer
        return server

    @staticmethod
    async def version(http, known=None):
        async with http.spooled(TestSpooled.CALL, known) as spooled:
            if spooled is None:
                return None
            assert spooled.file.read() == b'[{"a": 1}]'
            return spooled.version

    async def test_it_is_in_a_file_with_its_version(self, http_for, versioned):
        assert await self.version(http_for()) == Version(
            etag='"1"', last_modified="Mon, 16 Nov 2026 03:00:00 GMT", sha256=hashlib.sha256(b'[{"a": 1}]').hexdigest()
        )

    async def test_the_same_version_is_not_sent_again(self, http_for, versioned):
        http = http_for()
        known = await self.version(http)
        assert await self.version(http, known) is None
        asked = versioned.requests[-1].headers
        assert asked["If-None-Match"] == '"1"'
        assert "If-Modified-Since" not in asked

    async def test_without_an_etag_it_is_asked_for_by_its_time(self, http_for, versioned):
        http = http_for()
        known = Version(last_modified="Mon, 16 Nov 2026 03:00:00 GMT")
        assert await self.version(http, known) is None
        assert versioned.requests[-1].headers["If-Modified-Since"] == "Mon, 16 Nov 2026 03:00:00 GMT"

    async def test_an_agency_that_knows_no_versions_is_known_by_its_bytes(self, http_for, server):
        server.answer = lambda _: web.json_response([{"a": 1}])
        http = http_for()
        known = await self.version(http)
        assert await self.version(http, known) is None
        assert await self.version(http, Version(sha256="0" * 64)) == known

    async def test_304_to_who_has_nothing_is_a_change(self, http_for, server):
        server.answer = lambda _: web.Response(status=304)
        with pytest.raises(AgencyChanged, match="HTTP 304"):
            await self.version(http_for())

    async def test_it_may_take_long_as_long_as_it_is_not_silent(self, http_for, server):
        async def slowly(request):
            answer = web.StreamResponse(headers={"Content-Type": "application/json"})
            await answer.prepare(request)
            for part in (b"[", b'{"a"', b": 1}", b"]"):
                await asyncio.sleep(0.4)
                await answer.write(part)
            return answer

        server.answer = slowly
        assert await self.version(http_for(timeout=1.5, retries=0))

    async def test_silence_ends_at_the_time_limit(self, http_for, server):
        async def silent(request):
            answer = web.StreamResponse(headers={"Content-Type": "application/json"})
            await answer.prepare(request)
            await answer.write(b"[")
            await asyncio.sleep(30)
            return answer

        server.answer = silent
        with pytest.raises(AgencyUnavailable, match=r"^agency: /all: "):
            await self.version(http_for(timeout=0.2, retries=0))

    async def test_one_that_breaks_off_is_had_anew_from_its_beginning(self, http_for, server):
        async def breaking(request):
            answer = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "100"})
            await answer.prepare(request)
            await answer.write(b"[{" * 20)
            request.transport.close()
            return answer

        server.answer = lambda request: (
            breaking(request) if len(server.requests) == 1 else web.json_response([{"a": 1}])
        )
        assert await self.version(http_for())
        assert len(server.requests) == 2

    async def test_one_that_is_too_large_is_a_change(self, http_for, server):
        server.answer = lambda _: web.json_response([{"a": 1}] * 1000)
        with pytest.raises(AgencyChanged, match="more than 1000 bytes"):
            await self.version(http_for(max_bytes=1000))
