"""A running hub takes another configuration on SIGHUP: all of it or nothing, and what does not differ goes on."""

import asyncio
import os
import signal

import pytest
from structlog.testing import capture_logs

from connectors.registry import CONNECTORS
from engine.commands.reloading import Hangup, NewestConfiguration, Reloading
from engine.configuration.agencies_file import read_configuration
from engine.configuration.reading import HubConfiguration
from engine.configuration.settings import Settings
from sandbox.registry import environment
from tests.conftest import configuration_for, listening
from tests.profiles import CITY_NAME

ALL = "{ hospitals(first: 100) { nodes { code beds { free source { agency } } } } }"
ONE = """query ($code: String!) { hospital(code: $code) { beds { free source { agency name } } } }"""
NAMES = "{ agencies(first: 100) { nodes { code name } } }"
CIPONDOH, CILEDUG, KARAWACI, PINANG = (
    "rs-contoh-cipondoh", "rs-contoh-ciledug", "rs-contoh-karawaci", "rs-contoh-pinang"
)  # fmt: skip


class Administrator:
    """Edits the file, and sends the signal."""

    def __init__(self, path, *domains):
        self.path = path
        self.domains = domains
        self.newest = NewestConfiguration(self.read)
        self.reloading = None

    def read(self):
        found = read_configuration(self.path, CONNECTORS, environment())
        agencies = tuple(each for each in found.agencies if not self.domains or each.agency.domain in self.domains)
        return HubConfiguration(Settings(), found._replace(agencies=agencies))

    def edit(self, *changes):
        text = self.path.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        self.path.write_text(text, encoding="utf-8")

    async def reload(self):
        """What the log says of it."""
        with capture_logs() as lines:
            self.reloading.ask()
            async with asyncio.timeout(60):
                await self.reloading.done()
        return [
            {key: line[key] for key in line if key != "log_level"}
            for line in lines
            if "configuration." in line["event"]
        ]


def switched(code, *, on):
    table = f"[agencies.{code}]\n"
    off = f"{table}enabled = false\n"
    return (off, table) if on else (table, off)


async def free_of(hub, code):
    return (await hub.data(ONE, {"code": code}))["hospital"]["beds"]


@pytest.fixture
def patient(sandbox, tmp_path):
    """A file in which one hospital is switched off, and whose agencies have time."""
    configuration_for(sandbox, tmp_path, switched(CIPONDOH, on=False))
    path = tmp_path / "agencies.toml"
    text = path.read_text(encoding="utf-8").replace(
        'connector = "aplicares"\n', 'connector = "aplicares"\nlimits = { timeout = 20 }\n'
    )
    path.write_text(text, encoding="utf-8")
    return path


async def test_a_hub_takes_what_differs_and_the_rest_goes_on(patient, sandbox, clock):
    boss, calls, port = Administrator(patient, "beds", "tax"), sandbox.control.hits, sandbox.url.rpartition(":")[2]
    configuration = boss.newest.now.configuration
    async with listening(configuration, clock, answer_bytes=64_000_000, wire=True) as hub:
        services = hub.state.services
        services.retirement.grace = 0
        boss.reloading = Reloading(services, boss.newest)
        assert await boss.reload() == [{"event": "configuration.unchanged"}]

        listed = [each["code"] for each in (await hub.data(ALL))["hospitals"]["nodes"]]
        assert len(listed) == 13
        assert CIPONDOH not in listed
        first = {code: calls(code) for code in listed}
        number = len((await hub.data(NAMES))["agencies"]["nodes"])
        before, feeds = {each.agency.code: each for each in services.agencies}, services.follower.feeds

        # one is asked, and disabled while it answers; one comes back; one has another address, one another name
        sandbox.control.reset()
        sandbox.control.hold(KARAWACI)
        await hub.state.cache.invalidate(f"agency:{KARAWACI}")
        asked = asyncio.create_task(free_of(hub, KARAWACI))
        async with asyncio.timeout(20):
            while not calls(KARAWACI):
                await asyncio.sleep(0.01)
        boss.edit(
            switched(CIPONDOH, on=True),
            switched(KARAWACI, on=False),
            (f"127.0.0.1:{port}/{PINANG}/", f"localhost:{port}/{PINANG}/"),
            ('name = "Bapenda Contoh"', 'name = "Bapenda Baru"'),
        )
        assert await boss.reload() == [
            {
                "event": "configuration.taken",
                "added": [CIPONDOH],
                "disabled": [KARAWACI],
                "changed": ["bapenda: name", f"{PINANG}: url"],
            }
        ]
        after = {each.agency.code: each for each in services.agencies}
        assert {code for code in before if after.get(code) is not before[code]} == {"bapenda", KARAWACI, PINANG}
        now = await hub.data(NAMES)
        assert "Bapenda Baru" in str(now)
        names = [each["code"] for each in now["agencies"]["nodes"]]
        assert (len(names), CIPONDOH in names, KARAWACI in names) == (number, True, False)

        sandbox.control.release(KARAWACI)
        async with asyncio.timeout(60):
            assert (await asked)["source"]["agency"] == KARAWACI  # as it began
        async with asyncio.timeout(20):
            await services.retirement.done()
        assert before[KARAWACI].throttle._retired
        assert not after[CILEDUG].throttle._retired

        sandbox.control.reset()
        listed = [each["code"] for each in (await hub.data(ALL))["hospitals"]["nodes"]]
        assert (CIPONDOH in listed, KARAWACI in listed) == (True, False)
        found = {code: calls(code) for code in [*first, CIPONDOH] if calls(code)}
        assert found == {CIPONDOH: 1, PINANG: first[PINANG]}
        assert [*services.follower.feeds] == [*feeds]
        assert (await hub.ask(ONE, {"code": KARAWACI}))["data"] == {"hospital": None}

        async with hub.session.get(f"{hub.url}/readyz") as response:
            assert (await response.json())["agencies"] == number
        async with hub.session.get(f"{hub.url}/metrics") as response:
            shown = await response.text()
        assert f'simpul_agency_breaker{{agency="{CIPONDOH}"' in shown
        assert f'simpul_agency_breaker{{agency="{KARAWACI}"' not in shown


async def test_a_file_with_mistakes_changes_nothing_and_each_mistake_is_told(patient, sandbox, clock, monkeypatch):
    monkeypatch.setenv("SIMPUL_QUOTA", "5000")
    boss = Administrator(patient, "tax", "worship")
    async with listening(boss.newest.now.configuration, clock) as hub:
        services = hub.state.services
        boss.reloading = Reloading(services, boss.newest)
        good, agencies, configuration = (
            patient.read_text(encoding="utf-8"),
            [*services.agencies],
            services.configuration,
        )
        boss.edit(
            switched(CIPONDOH, on=True),
            ("[agencies.bapenda]\n", "[agencies.bapenda]\ncolour = 1\n"),
            ("[agencies.simas]\n", "[agencies.simas]\nedition = 'x'\n"),
        )
        *mistakes, kept = await boss.reload()
        assert [each["problem"].partition(": ")[2] for each in mistakes] == [
            "agencies.bapenda.colour: " + mistakes[0]["problem"].split(": ", 2)[2],
            "agencies.simas.edition: unknown",
        ]
        assert kept == {"event": "configuration.kept", "mistakes": 2}
        patient.write_text(good.replace("TaxObject.ownerName", "TaxObject.ownerNam"), encoding="utf-8")
        mistake, *_, kept = await boss.reload()
        assert "TaxObject.ownerNam is no personal field" in mistake["problem"]
        patient.write_text(good.replace('issuer = "http', 'issuer = "https'), encoding="utf-8")
        (mistake, kept) = await boss.reload()
        assert mistake["problem"].startswith("identity: it cannot be changed while the hub runs")
        patient.write_text(good.replace(f'name = "{CITY_NAME}"', 'name = "Kota Lain"'), encoding="utf-8")
        (mistake, kept) = await boss.reload()
        assert mistake["problem"].startswith("city: it cannot be changed while the hub runs")
        assert not boss.newest.again()  # nor by a worker that is started later
        patient.write_text("[city", encoding="utf-8")
        assert [each["event"] for each in await boss.reload()] == ["configuration.wrong", "configuration.kept"]
        assert [*services.agencies] == agencies
        assert services.configuration is configuration
        assert sandbox.control.all_hits() == 0

        patient.write_text(good, encoding="utf-8")
        monkeypatch.setenv("SIMPUL_QUOTA", "6000")
        assert await boss.reload() == [
            {"event": "configuration.needs_restart", "settings": ["SIMPUL_QUOTA"]}, {"event": "configuration.unchanged"}
        ]  # fmt: skip


async def test_feeds_come_and_go_and_are_followed_on_where_nothing_differs(patient, sandbox, clock):
    boss = Administrator(patient, "jdih")
    boss.edit(switched("jdih-provinsi", on=False))
    boss.newest.again()
    async with listening(boss.newest.now.configuration, clock) as hub:
        services = hub.state.services
        services.retirement.grace = 0
        boss.reloading = Reloading(services, boss.newest)
        await hub.follow()
        first = {code: sandbox.control.hits(code) for code in ("jdih-kota", "jdih-pusat", "jdih-provinsi")}
        assert first["jdih-provinsi"] == 0
        boss.edit(switched("jdih-provinsi", on=True), switched("jdih-pusat", on=False))
        (said,) = await boss.reload()
        assert (said["added"], said["disabled"]) == (["jdih-provinsi"], ["jdih-pusat"])
        await hub.follow()
        assert sandbox.control.hits("jdih-provinsi") == first["jdih-kota"]
        assert [sandbox.control.hits(code) for code in ("jdih-kota", "jdih-pusat")] == [
            first["jdih-kota"],
            first["jdih-pusat"],
        ]
        found = await hub.data("{ regulations(first: 100) { nodes { source { agency } } } }")
        assert "jdih-pusat" not in str(found)
        async with asyncio.timeout(20):
            await services.retirement.done()


async def test_subscribers_stay_and_are_told_by_the_newer_configuration(patient, sandbox, clock):
    boss = Administrator(patient, "beds")
    async with listening(boss.newest.now.configuration, clock) as hub:
        boss.reloading = Reloading(hub.state.services, boss.newest)
        async with hub.session.ws_connect(f"{hub.url}/graphql", protocols=["graphql-transport-ws"]) as socket:
            await socket.send_json({"type": "connection_init"})
            await socket.receive_json()
            query = 'subscription { agencyStatus(domain: "beds") { name } }'
            await socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": query}})
            for _ in hub.state.agencies:
                first = await socket.receive_json(timeout=20)
                assert "errors" not in first["payload"], first
            boss.edit(switched(CIPONDOH, on=True))
            await boss.reload()
            told = await socket.receive_json(timeout=20)
            assert told["payload"]["data"] == {"agencyStatus": {"name": "RS Contoh Cipondoh"}}


def test_a_signal_that_comes_before_there_is_a_hub_is_not_lost():
    hangup, acted = Hangup(at_terminal=False), []
    before = signal.getsignal(signal.SIGHUP)
    try:
        hangup.hear()
        os.kill(os.getpid(), signal.SIGHUP)
        hangup.act(lambda: acted.append(1))
        assert acted == [1]
        os.kill(os.getpid(), signal.SIGHUP)
        assert acted == [1, 1]
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("there", [True, False])
def test_a_terminal_that_was_closed_ends_the_hub(monkeypatch, there):
    hangup, acted, before = Hangup(at_terminal=True), [], signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(os, "isatty", lambda _: there)
    signal.signal(signal.SIGTERM, lambda *_: acted.append("ends"))
    try:
        hangup.act(lambda: acted.append("reads"))
        hangup._came(signal.SIGHUP, None)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert acted == ["reads" if there else "ends"]


async def test_a_breaker_that_another_hub_opened_holds_for_an_agency_that_came_by_a_reload(
    patient, sandbox, clock, redis_url, monkeypatch
):
    monkeypatch.setattr("connectors.kit.common_view.PATIENCE", 30.0)  # a busy machine loses no Redis
    boss = Administrator(patient, "beds")
    without = boss.newest.now.configuration
    boss.edit(switched(CIPONDOH, on=True))
    shared = {"cache_url": redis_url, "secret": "a secret that both hubs know, long enough"}
    async with (
        listening(boss.read().configuration, clock, **shared) as knowing,
        listening(without, clock, **shared) as reloaded,
    ):
        services = reloaded.state.services
        boss.reloading = Reloading(services, boss.newest)
        (said,) = await boss.reload()
        assert said["added"] == [CIPONDOH]
        sandbox.control.set(CIPONDOH, "down")
        for _ in range(2):
            await knowing.ask(ONE, {"code": CIPONDOH})
        for hub in (knowing, reloaded):
            await hub.state.common_view.exchange()
        asked = sandbox.control.hits(CIPONDOH)
        answer = await reloaded.ask(ONE, {"code": CIPONDOH})
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["AGENCY_UNAVAILABLE"]
        assert sandbox.control.hits(CIPONDOH) == asked > 0
