"""The record's heads, which the hub keeps by itself: a tail that was cut off shows by them."""

import asyncio
import sqlite3
import stat

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from auth.caller import Audience
from server import cli
from store.audit.chain import Head
from store.audit.heads import kept_in
from tests.conftest import listening

NIK = "{ me { nik(unmasked: true) } }"


@pytest.fixture
def heads(tmp_path):
    return tmp_path / "elsewhere" / "heads"


@pytest.fixture
async def hub(configuration, clock, store_url, heads):
    async with listening(configuration, clock, store_url=store_url, heads=str(heads)) as hub:
        yield hub


@pytest.fixture
def citizen(headers_of):
    return headers_of(Audience.CITIZEN)


@pytest.fixture
def verify(monkeypatch, store_url, heads):
    async def run(*arguments):
        monkeypatch.setenv("SIMPUL_STORE_URL", store_url)
        monkeypatch.setenv("SIMPUL_HEADS", str(heads))
        return await asyncio.to_thread(CliRunner().invoke, cli, ["record", "verify", *arguments])

    return run


def cut(store_url, number):
    """As one would who has the database's own rights."""
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        connection.execute("DROP TRIGGER usages_refuse_delete")
        connection.execute("DELETE FROM usages WHERE sequence >= ?", [number])


async def test_the_newest_is_kept_once_in_a_file_of_its_own_that_the_owner_alone_reads(hub, citizen, heads, clock):
    keep = hub.state.heads.keep
    await keep()
    assert not heads.exists()
    for number in (1, 3):
        while (await hub.state.heads._usages.head()).sequence < number:
            await hub.ask(NIK, **citizen)
        await keep()
        await keep()
    assert [each.sequence for each in kept_in(heads)] == [1, 3]
    assert stat.S_IMODE(heads.stat().st_mode) == 0o600
    moment, head = heads.read_text(encoding="utf-8").splitlines()[1].split(" ")
    assert (moment, Head.parse(head)) == (clock.now().isoformat(), await hub.state.heads._usages.head())


async def test_a_tail_that_was_cut_off_is_logged_by_itself_and_told_by_the_command(
    hub, citizen, store_url, verify, heads
):
    for _ in range(3):
        await hub.ask(NIK, **citizen)
    await hub.state.heads.keep()
    head = await hub.state.heads._usages.head()
    told = await verify()
    assert (told.exit_code, told.stdout) == (0, f"3 entries, 0 broken; head {head}\ncompared with 1 heads in {heads}\n")
    cut(store_url, 2)
    await hub.ask(NIK, **citizen)
    with capture_logs() as logs:
        await hub.state.heads.keep()
    assert [(each["event"], each.get("kept")) for each in logs] == [("record.cut", str(head)), ("record.head", None)]
    for given in ((), ("--kept", str(heads)), ("--kept", str(head))):
        told = await verify(*given)
        assert (told.exit_code, told.stderr) == (1, "entry 3: it is not the entry that was kept elsewhere\n")


async def test_what_was_cut_off_while_no_hub_ran_is_logged_at_the_next_start(
    configuration, clock, citizen, store_url, heads
):
    async with listening(configuration, clock, store_url=store_url, heads=str(heads)) as hub:
        await hub.ask(NIK, **citizen)
        await hub.ask(NIK, **citizen)
    *_, kept = kept_in(heads)
    assert kept.sequence == 2
    cut(store_url, 2)
    with capture_logs() as logs:
        async with listening(configuration, clock, store_url=store_url, heads=str(heads)):
            pass
    assert [each["kept"] for each in logs if each["event"] == "record.cut"] == [str(kept)]


async def test_a_file_that_cannot_be_written_or_a_record_that_cannot_be_read_costs_the_head_alone(
    configuration, clock, citizen, store_url, tmp_path
):
    with capture_logs() as logs:
        async with listening(configuration, clock, store_url=store_url, heads=str(tmp_path)) as hub:
            assert (await hub.ask(NIK, **citizen))["data"] == {"me": {"nik": "9907014001900001"}}
    assert {each["error"] for each in logs if each["event"] == "record.head_not_kept"} == {"IsADirectoryError"}


async def test_without_a_file_the_log_has_it(configuration, clock, citizen, store_url):
    with capture_logs() as logs:
        async with listening(configuration, clock, store_url=store_url, heads="") as hub:
            await hub.ask(NIK, **citizen)
            head = await hub.state.heads._usages.head()
    assert [each["head"] for each in logs if each["event"] == "record.head"] == [str(head)]


async def test_a_line_that_is_no_head_and_a_file_that_is_not_there_are_told(hub, verify, heads, tmp_path):
    heads.parent.mkdir()
    heads.write_text(f"2026-11-23T05:00:00+00:00 1:{'0' * 64}\n\nrubbish\n2026 2:x\n", encoding="utf-8")
    told = await verify()
    assert (told.exit_code, told.stderr) == (2, "".join(f"{heads}: line {line} is no head\n" for line in (2, 3, 4)))
    told = await verify("--kept", str(tmp_path / "none"))
    assert (told.exit_code, told.stderr) == (
        2,
        "--kept: no head, and no file that can be read: No such file or directory\n",
    )
