"""The server as its users meet it: pages, health, the command line, Ctrl-C."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import server
from auth.caller import Audience
from engine.commands import generated
from engine.commands.ports import refused
from engine.pages.graphiql.page import ASSETS, BASE, GraphiQLPage
from schema.root import build
from server import cli
from tests.conftest import AGENCIES
from tests.profiles import CITY_NAME, here
from tests.with_hub import free_port

ROOT = Path(__file__).parent.parent
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture
def fetch(hub):
    async def get(path, **headers):
        async with hub.session.get(f"{hub.url}{path}", headers=headers, allow_redirects=False) as response:
            return response.status, response.headers, (await response.read()).decode()

    return get


def brought(page):
    """The data that the page brings for its script."""
    return json.loads(re.search(r'<script id="hub" type="application/json">(.*?)</script>', page, re.DOTALL)[1])


class TestGraphiQL:
    async def test_a_browser_gets_the_page(self, fetch):
        status, headers, page = await fetch("/graphql", Accept=BROWSER)
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert f"<title>Simpul · {CITY_NAME}</title>" in page

    async def test_all_ready_documents_can_be_chosen_there_and_the_city_at_a_glance_comes_first(self, fetch):
        _, _, page = await fetch("/graphql", Accept=BROWSER)
        documents = brought(page)["documents"]
        texts = {each["name"]: each["query"] for each in documents}
        paths = (ROOT / "docs" / "queries").glob("*.graphql")
        assert texts == {path.stem: path.read_text(encoding="utf-8") for path in paths}
        assert documents[0]["name"] == "city-at-a-glance"
        whom = {each["name"]: each["whom"] for each in documents}
        assert (whom["city-at-a-glance"], whom["my-devices"]) == ("everybody", "citizen")
        assert (whom["officer-account"], whom["api-keys"]) == ("officer", "administrator")
        assert (whom["venue-bookings"], whom["confirm-venue-ready"]) == ("keeper", "keeper")
        titles = {each["name"]: each["title"] for each in documents}
        assert titles["bed-changes"] == "Tell me each time that the free beds of a hospital change."
        words = (ASSETS.parent / "source" / "words.js").read_text(encoding="utf-8")
        labelled = [re.findall(r"(\w+):", each) for each in re.findall(r"whom: \{(.*?)\}", words, re.DOTALL)]
        assert len(labelled) == 2
        assert all(set(whom.values()) <= set(each) for each in labelled)

    async def test_all_it_needs_comes_from_here_but_the_identity_provider(self, hub, fetch, sandbox):
        _, headers, page = await fetch("/graphql", Accept=BROWSER)
        needed = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert [path for path in needed if not path.startswith("/graphql/assets/")] == ["/"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert re.findall(r"http\S+", headers["Content-Security-Policy"]) == [f"{sandbox.url};"]
        for name in (path.name for path in ASSETS.iterdir() if path.name != "VERSION"):
            async with hub.session.get(f"{hub.url}{BASE}/{name}") as response:
                status, headers, body = response.status, response.headers, await response.read()
            assert (status, body) == (200, (ASSETS / name).read_bytes())
            assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert headers["X-Content-Type-Options"] == "nosniff"

    async def test_it_knows_where_to_sign_in_where_there_is_a_provider(self, fetch, sandbox):
        _, _, page = await fetch("/graphql", Accept=BROWSER)
        assert brought(page)["identity"] == {"issuer": f"{sandbox.url}/identity", "client": "simpul"}

    def test_without_a_provider_it_asks_nobody_else(self):
        answer = GraphiQLPage("Kota", [], None)(None)
        assert brought(answer.body.decode())["identity"] is None
        assert "connect-src 'self';" in answer.headers["Content-Security-Policy"]

    @pytest.mark.parametrize("name", ["..%2fpage.py", "page.py", "none.js", "%2e%2e/page.py", "README.md"])
    async def test_nothing_else_is_served(self, fetch, name):
        assert (await fetch(f"{BASE}/{name}"))[0] == 404

    def test_no_asset_asks_a_network(self):
        for path in ASSETS.glob("*.css"):
            asked = re.findall(r"url\((?!['\"]?data:)([^)]*)\)|@import", path.read_text(encoding="utf-8"))
            assert [each.strip("\"'") for each in asked] == ["./codicon.ttf"]

    async def test_a_query_in_the_address_is_answered_and_not_shown(self, fetch):
        _, headers, body = await fetch("/graphql?query={city{name}}", Accept=BROWSER)
        assert headers["Content-Type"] == "application/json; charset=utf-8"
        assert json.loads(body)["data"] == {"city": {"name": CITY_NAME}}


async def test_the_schema_can_be_got(fetch):
    status, headers, body = await fetch("/schema.graphql")
    assert (status, headers["Content-Type"]) == (200, "application/graphql; charset=utf-8")
    assert body == f"{build(Audience.PUBLIC).as_str()}\n"
    status, headers, body = await fetch("/schema.graphql", Authorization="Bearer x")
    assert (status, headers["WWW-Authenticate"]) == (401, 'Bearer realm="simpul", error="invalid_token"')


async def test_health(fetch, sandbox):
    assert json.loads((await fetch("/healthz"))[2]) == {"status": "alive"}
    ready = json.loads((await fetch("/readyz"))[2])
    copies = ready.pop("copies")
    assert ready == {"status": "ready", "city": CITY_NAME, "agencies": len(AGENCIES)}
    expected = {
        ("gor-contoh", "slots"): 14_752,
        ("gor-contoh", "venues"): 40,
        ("gor-kota", "slots"): 728,
        ("gor-kota", "venues"): 4,
        ("jdih-kota", "regulations"): 500,
        ("jdih-provinsi", "regulations"): 600,
        ("jdih-pusat", "regulations"): 400,
    }
    documents = {(each["agency"], each["feed"]): each["documents"] for each in copies}
    assert {of: documents[of] for of in expected} == expected
    assert all(datetime.fromisoformat(each["fetchedAt"]) for each in copies)
    assert {each["problem"] for each in copies} == {None}
    assert sandbox.control.all_hits() == 0


@pytest.mark.parametrize("path", ["/graphql/", "/graphql/x", "/other", "/schema.graphql/x"])
async def test_other_addresses_are_not_there(fetch, path):
    assert (await fetch(path))[0] in (307, 404)


async def test_no_header_tells_what_runs_here(fetch):
    _, headers, _ = await fetch("/healthz")
    assert "uvicorn" not in str(headers).lower()


class TestCommandLine:
    @pytest.fixture
    def invoke(self, monkeypatch):
        def run(*arguments, **environ):
            for name, value in environ.items():
                monkeypatch.setenv(name, value)
            return CliRunner().invoke(server.cli, arguments)

        return run

    def test_schema_check_agrees_with_the_committed_file(self, invoke):
        assert invoke("schema", "--check").exit_code == 0

    @pytest.mark.parametrize("other", ["README.md", "docs/none.graphql"])
    def test_schema_check_fails_on_another_one(self, invoke, monkeypatch, other):
        monkeypatch.setattr(generated, "SDL", generated.ROOT / other)
        result = invoke("schema", "--check")
        assert result.exit_code == 1
        assert "run make schema" in result.output

    def test_a_wrong_configuration_stops_the_start_with_all_its_mistakes(self, invoke, tmp_path):
        path = tmp_path / "agencies.toml"
        path.write_text('[city]\nname = "X"\n', encoding="utf-8")
        result = invoke("run", SIMPUL_AGENCIES=str(path))
        assert result.exit_code == 2
        assert f"{path}:1: city.code: missing" in result.output
        assert "Traceback" not in result.output

    def test_a_city_without_a_file_of_regions_is_told(self, invoke, tmp_path):
        path = tmp_path / "agencies.toml"
        path.write_text('[city]\nname = "X"\ncode = "99.99"\ntimezone = "Asia/Jakarta"\n', encoding="utf-8")
        result = invoke("run", SIMPUL_AGENCIES=str(path))
        assert result.exit_code == 2
        assert "city.code: there is no regions.csv of 99.99 in " in result.output

    @pytest.mark.parametrize(
        ("name", "value", "told"),
        [
            ("SIMPUL_CACHE_BYTES", "many", "SIMPUL_CACHE_BYTES: "),
            ("SIMPUL_SECRET", "short", "SIMPUL_SECRET: "),
            ("SIMPUL_CACHE_URL", "redis://127.0.0.1:6379/0", "SIMPUL_SECRET: missing; hubs that share a cache"),
            (
                "SIMPUL_CACHE_URL",
                "memcached://x",
                "SIMPUL_CACHE_URL: expected memory://, redis://, rediss:// or unix://",
            ),
            ("SIMPUL_CORS_ORIGINS", "https://app.example/path", "SIMPUL_CORS_ORIGINS: "),
            ("SIMPUL_MEASURE_ONLY", "deepness", "SIMPUL_MEASURE_ONLY: "),
            ("SIMPUL_LIMITS__DEPTH", "0x0", "SIMPUL_LIMITS__DEPTH: "),
            ("SIMPUL_TRUST", "enforce", "SIMPUL_TRUSTED_DOCUMENTS: missing"),
            (
                "SIMPUL_STORE_URL",
                "mysql://memcached",
                "SIMPUL_STORE_URL: expected sqlite:///path/to/file or postgresql",
            ),
            (
                "SIMPUL_STORE_URL",
                "postgresql://memcached@127.0.0.1:1/none",
                "SIMPUL_STORE_URL: the store cannot be opened: OperationalError",
            ),
        ],
    )
    def test_a_wrong_setting_stops_the_start_and_keeps_its_value(self, invoke, tmp_path, name, value, told):
        path = tmp_path / "agencies.toml"
        path.write_text(here('[city]\nname = "X"\ncode = "${city}"\ntimezone = "Asia/Jakarta"\n'), encoding="utf-8")
        result = invoke("run", SIMPUL_AGENCIES=str(path), **{name: value})
        assert result.exit_code == 2
        assert told in result.output
        assert value not in result.output


@pytest.fixture
def moved(tmp_path):
    """The committed configuration with the sandbox on another port, as somebody would move it."""
    port = free_port()
    path = tmp_path / "agencies.toml"
    path.write_text(
        (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8").replace(":8100/", f":{port}/"), encoding="utf-8"
    )
    return path, port


def run_on_its_sandbox(path, port, **more):
    """How it ends that does not start."""
    environ = {"PORT": str(port), "SIMPUL_AGENCIES": str(path), **more}
    ended = CliRunner().invoke(server.cli, ["run", "--sandbox"], env=environ)
    return ended.exit_code, ended.stdout, ended.stderr


def test_a_sandbox_that_cannot_start_stops_the_start_and_says_what_to_do(moved):
    path, port = moved
    with socket.create_server(("127.0.0.1", port)):
        code, said, told = run_on_its_sandbox(path, free_port())
    assert (code, said) == (2, "")
    assert told == (
        f"--sandbox: the sandbox does not start at 127.0.0.1:{port}; does something else listen there? (it is taken) Stop "
        "it, or move the sandbox: write another port into agencies.toml, or into a copy of it that SIMPUL_AGENCIES names.\n"
    )


def test_a_taken_port_is_the_first_thing_said_and_what_to_do(moved, tmp_path):
    path, sandbox_port = moved
    path.write_text("no configuration at all", encoding="utf-8")
    store = tmp_path / "store.db"
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", sandbox_port)):
        port = taken.getsockname()[1]
        found = run_on_its_sandbox(path, port, SIMPUL_STORE_URL=f"sqlite:///{store}", SIMPUL_CACHE_BYTES="x")
    told = f"127.0.0.1:{port}: it is taken; stop what listens there, or name another place: PORT={port + 1} (or HOST)\n"
    assert found == (2, "", told)
    assert not store.exists()


@pytest.mark.parametrize(
    ("host", "told"),
    [("192.0.2.1", "cannot assign requested address"), ("none.invalid", None), ("::1", None), ("127.0.0.1", None)],
)
def test_why_a_port_cannot_be_listened_at(host, told):
    why = refused(host, 0)
    if host == "none.invalid":
        assert why
    elif host == "::1" and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    else:
        assert why == told


def test_a_sandbox_is_not_started_beside_real_agencies(moved):
    path, port = moved
    text = path.read_text(encoding="utf-8").replace(f"http://127.0.0.1:{port}/bapenda", "https://bapenda.example")
    path.write_text(text, encoding="utf-8")
    code, _, told = run_on_its_sandbox(path, free_port())
    assert code == 2
    assert "--sandbox: its agencies have one address on this machine" in told


INTERRUPTED, TERMINATED, KILLED = signal.SIGINT, signal.SIGTERM, signal.SIGKILL


@pytest.mark.parametrize("how", [INTERRUPTED, TERMINATED, KILLED])
def test_run_starts_all_says_what_to_open_and_whatever_ends_it_ends_all(moved, how):
    path, sandbox_port = moved
    port = free_port()
    environ = {**os.environ, "PORT": str(port), "SIMPUL_AGENCIES": str(path), "SIMPUL_FOLLOW": "false"}
    process = subprocess.Popen(
        [sys.executable, "server.py", "run", "--sandbox"],
        cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            said += line
        assert f"http://127.0.0.1:{port}/graphql" in said
        query = re.search(r"-d '(.*)'", said)[1].encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/graphql", query, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            answer = json.load(response)
        assert "errors" not in answer
        assert len(answer["data"]["hospitals"]["nodes"]) == 3
    finally:
        if how is INTERRUPTED:  # Ctrl-C reaches all who belong to the terminal
            os.killpg(process.pid, how)
        else:
            process.send_signal(how)
        _, errors = process.communicate(timeout=20)  # ends where the last who has our pipe does, the sandbox too
    assert "Traceback" not in errors
    running = ["pgrep", "-g", str(process.pid), "-r", "D,R,S,T"]  # but who has ended and nobody has asked about
    until = time.monotonic() + 20  # one that has closed its pipe may need a moment more
    while (left := subprocess.run(running, capture_output=True, text=True, check=False).stdout) and (
        time.monotonic() < until
    ):
        time.sleep(0.05)
    assert left == ""
    for gone in (port, sandbox_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", gone)) != 0


def test_the_schema_of_some_callers_is_printed_without_a_token():
    printed = CliRunner().invoke(cli, ["schema", "--audience", "citizen"])
    assert printed.stdout == f"{build(Audience.CITIZEN).as_str()}\n"
    assert CliRunner().invoke(cli, ["schema", "--audience", "nobody"]).exit_code == 2
