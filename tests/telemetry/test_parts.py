"""The parts of telemetry alone: the store's waits, the loop's lag, and the settings that make no sense."""

import asyncio
import threading
import time

import pytest
from sqlalchemy import text

from connectors.kit.observer import Observers
from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings
from engine.opening import metrics_token, open_telemetry
from engine.pages.metrics import MetricsReaders
from engine.telemetry.loop_lag import measured
from store.kit.database import Database, StoreBroken
from store.kit.workers import StoreObserver


class Told(StoreObserver):
    def __init__(self):
        self.ended = []

    def store_ended(self, work, waited, seconds, *, failed):
        assert 0 <= waited <= seconds
        self.ended.append((work, waited, failed))


async def test_each_piece_of_work_of_the_store_is_told_once_with_how_long_it_waited(tmp_path):
    told = Told()
    database = Database(f"sqlite:///{tmp_path}/store.db", readers=1, observer=told)
    held, begun = threading.Event(), threading.Event()

    def hold(connection):
        begun.set()
        held.wait(10)
        return connection.execute(text("SELECT 1")).scalar()

    await database.write(lambda connection: connection.execute(text("CREATE TABLE t (x INTEGER UNIQUE)")))
    with pytest.raises(StoreBroken):
        await database.write(lambda connection: connection.execute(text("INSERT INTO t VALUES (1), (1)")))
    first = asyncio.create_task(database.read(hold))
    await asyncio.to_thread(begun.wait, 10)
    leaving = asyncio.create_task(database.read(hold))
    with pytest.raises(StoreBroken, match="taken"):
        await database.read(hold, within=0.02)
    leaving.cancel()
    held.set()
    assert await first == 1
    await database.aclose()
    assert [(work, failed) for work, _, failed in told.ended] == [
        ("write", False),
        ("write", False),  # the database answered, and it did not accept the statement
        ("read", True),
        ("read", False),
        ("read", False),
    ]
    assert sum(waited >= 0.02 for _, waited, _ in told.ended) >= 2  # the others wait where the machine is busy


async def test_work_that_keeps_the_loop_busy_is_seen_as_lag():
    noted = []
    with measured(noted.append, every=0.001):
        time.sleep(0.03)  # noqa: ASYNC251  what must not happen
        async with asyncio.timeout(10):
            while not noted:
                await asyncio.sleep(0)
    assert noted[0] >= 0.029
    count = len(noted)
    await asyncio.sleep(0.005)
    assert len(noted) == count


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"metrics": "token"}, "SIMPUL_METRICS_TOKEN: missing, and SIMPUL_METRICS_TOKEN_FILE too"),
        ({"metrics": "token", "metrics_token_file": "nowhere"}, "SIMPUL_METRICS_TOKEN_FILE: it cannot be read"),
        (
            {"metrics": "token", "metrics_token_file": "short"},
            "SIMPUL_METRICS_TOKEN_FILE: expected at least 16 characters",
        ),
    ],
)
def test_a_token_that_is_no_token_stops_the_start(given, wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short").write_text("short\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        metrics_token(Settings(**given))
    assert list(error.value.problems) == [wrong]


def test_a_token_comes_from_the_environment_or_from_a_file_and_is_asked_for_only_then(tmp_path):
    file = tmp_path / "token"
    file.write_text("a token of sixteen\n", encoding="utf-8")
    assert (
        metrics_token(Settings(metrics="token", metrics_token="another token of sixteen")) == "another token of sixteen"
    )
    assert metrics_token(Settings(metrics="token", metrics_token_file=file)) == "a token of sixteen"
    assert metrics_token(Settings(metrics_token_file=file)) == ""
    assert Settings().metrics is MetricsReaders.PRIVATE


def test_a_protocol_that_the_hub_does_not_speak_stops_the_start(monkeypatch, clock):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    with pytest.raises(ConfigurationError) as error:
        open_telemetry(Settings(), clock, Observers())
    assert list(error.value.problems) == [
        "OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf; this hub speaks no other"
    ]
