"""deploy/nginx as a city runs it, with TLS, in front of two hubs: the files themselves, but for addresses and folders."""

import asyncio
import datetime as dt
import io
import json
import ssl
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from auth.caller import Audience
from tests.answers.asking import BYTES, counted, named, persisted
from tests.conftest import ROOT, listening
from tests.profiles import CITY_NAME
from tests.soak import caches
from tests.with_hub import free_port

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(caches.NGINX is None, reason="nginx is not installed here"),
]

SITE = ROOT / "deploy" / "nginx"
MARKETS = "{ markets(first: 30) { nodes { id code name } } }"
CITY = "{ city { name } }"
BEDS = 'subscription { hospitalBeds(code: "rs-contoh-benda") { free } }'
AROUND = """
user root; daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/simpul.conf;
}}
"""


class Front:
    """nginx, and the two hubs behind it."""

    def __init__(self, hubs, plain, secure, session, folder):
        self.hubs, self.plain, self.secure, self.session, self.folder = hubs, plain, secure, session, folder

    def asked(self):
        """How often each hub was asked."""
        return [sum(counted(each).values()) for each in self.hubs]

    async def get(self, path="/graphql", **headers):
        """Status, headers and body of a GET over TLS."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        params = named(MARKETS) if path == "/graphql" else None
        async with self.session.get(self.secure + path, params=params, headers=sent) as answer:
            return answer.status, answer.headers, await answer.read()

    async def post(self, query, **headers):
        """Status and answer of a POST over TLS."""
        async with self.session.post(f"{self.secure}/graphql", json={"query": query}, headers=headers) as answer:
            return answer.status, await answer.json()


def certificate_in(folder):
    """A certificate for localhost that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir()
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return ssl.create_default_context(cafile=folder / "fullchain.pem")


def replaced(text, *changes):
    """The text with each change made; what is replaced stands there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


@asynccontextmanager
async def in_front_of(hubs, folder):
    """The site of deploy/nginx in front of these hubs."""
    plain, secure = free_port(), free_port()
    context = certificate_in(folder / "tls")
    (folder / "cache").mkdir()
    site = replaced(
        (SITE / "simpul.conf").read_text(encoding="utf-8"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
        ("/etc/nginx/tls/", f"{folder}/tls/"),
        ("/etc/nginx/simpul/", f"{folder}/"),
        ("/var/cache/nginx/simpul", f"{folder}/cache/simpul"),
        ("/var/log/nginx/simpul.log", f"{folder}/access.log"),
    )
    upstream = replaced(
        (SITE / "upstream.conf").read_text(encoding="utf-8"),
        ("127.0.0.1:8000", hubs[0].url.removeprefix("http://")),
        ("127.0.0.1:8001", hubs[1].url.removeprefix("http://")),
    )
    for name, text in [
        ("simpul.conf", site),
        ("upstream.conf", upstream),
        ("proxy.conf", (SITE / "proxy.conf").read_text(encoding="utf-8")),
        ("nginx.conf", AROUND.format(folder=folder)),
    ]:
        (folder / name).write_text(text, encoding="utf-8")
    async with (
        caches.running(secure, str(caches.NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")),
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session,
    ):
        yield Front(hubs, f"http://localhost:{plain}", f"https://localhost:{secure}", session, folder)


@pytest.fixture
async def front(configuration, clock, store_url, tmp_path):
    async with AsyncExitStack() as first, AsyncExitStack() as second:
        hubs = [
            await each.enter_async_context(
                listening(configuration, clock, store_url=store_url, answer_bytes=BYTES, quota=1_000_000)
            )
            for each in (first, second)
        ]
        for hub in hubs:
            for _ in range(2):
                body = {"query": MARKETS, "extensions": persisted(MARKETS)}
                async with hub.session.post(f"{hub.url}/graphql", json=body) as answer:
                    assert answer.status == 200
        async with in_front_of(hubs, tmp_path) as found:
            found.stop_the_first = first.aclose
            yield found


async def test_whatever_is_not_tls_is_sent_there(front):
    async with front.session.get(f"{front.plain}/status?lang=en", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, "https://localhost/status?lang=en")


async def test_http_2_is_spoken(front):
    curl = await asyncio.create_subprocess_exec(
        *("curl", "-s", "--http2", "--cacert", str(front.folder / "tls" / "fullchain.pem"), "-o", "/dev/null"),
        *("-w", "%{http_version} %{http_code}", f"{front.secure}/healthz"),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await curl.communicate()
    assert said == b"2 200"


async def test_public_answers_are_kept_and_nobody_elses(front, headers_of):
    status, headers, body = await front.get()
    assert (status, headers["X-Cache"], headers["Strict-Transport-Security"]) == (200, "MISS", "max-age=63072000")
    before = front.asked()
    for _ in range(5):
        again = await front.get()
        assert (again[0], again[1]["X-Cache"], again[2]) == (200, "HIT", body)
    assert front.asked() == before
    assert (await front.get(If_None_Match=headers["ETag"]))[0] == 304
    for _ in range(2):
        mine = await front.get(**headers_of(Audience.CITIZEN))
        assert (mine[0], mine[1]["X-Cache"], mine[1]["Cache-Control"]) == (200, "BYPASS", "private, no-store")
    assert sum(front.asked()) == sum(before) + 2
    logged = (front.folder / "access.log").read_text(encoding="utf-8")
    assert "/graphql" in logged
    assert "extensions" not in logged


async def test_a_client_chooses_no_address_of_its_own_and_sees_no_numbers(front):
    left = set()
    for claimed in ("203.0.113.7", "203.0.113.8", "203.0.113.9"):
        async with front.session.post(
            f"{front.secure}/graphql",
            json={"query": CITY},
            headers={"X-Forwarded-For": claimed, "Forwarded": f"for={claimed}", "X-Real-IP": claimed},
        ) as answer:
            assert (await answer.json())["data"] == {"city": {"name": CITY_NAME}}
            left.add(answer.headers["RateLimit"])
    assert len(left) > 1  # one client's quota, which each request makes smaller
    assert (await front.get("/metrics"))[0] == 404


async def test_a_request_that_is_too_large_ends_at_nginx(front):
    before = front.asked()
    async with front.session.post(f"{front.secure}/graphql", data=io.BytesIO(b"x" * 1_100_000)) as answer:
        assert answer.status == 413
    assert front.asked() == before


async def test_subscriptions_come_over_websocket_and_as_events(front):
    async with front.session.ws_connect(f"{front.secure}/graphql", protocols=["graphql-transport-ws"]) as socket:
        await socket.send_json({"type": "connection_init"})
        assert (await socket.receive_json())["type"] == "connection_ack"
        await socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": BEDS}})
        first = await socket.receive_json()
        assert first["type"] == "next"
    async with (
        asyncio.timeout(20),
        front.session.post(
            f"{front.secure}/graphql", json={"query": BEDS}, headers={"Accept": "text/event-stream"}
        ) as stream,
    ):
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        while not (line := await stream.content.readline()).startswith(b"data: "):
            assert line
        assert json.loads(line[len(b"data: ") :])["data"] == first["payload"]["data"]


async def test_a_hub_that_has_gone_costs_no_answer(front):
    async with asyncio.timeout(60):
        await front.stop_the_first()
        for _ in range(20):
            assert (await front.post(CITY))[1]["data"] == {"city": {"name": CITY_NAME}}
        assert (await front.get())[0] == 200


def test_the_site_is_one_file_for_each_reason():
    assert sorted(path.name for path in Path(SITE).iterdir()) == [
        "proxy.conf",
        "simpul.conf",
        "upstream-compose.conf",
        "upstream.conf",
    ]
