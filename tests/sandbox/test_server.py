"""The sandbox as a process and as a context: loopback only, the same every time, stopped by a signal."""

import asyncio
import os
import signal
import sys

import pytest

from sandbox.registry import environment
from sandbox.server import running
from tests.conftest import STOOD_IN_FOR
from tests.sandbox.conftest import NOW, Caller


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104
async def test_only_loopback_is_listened_on(host):
    with pytest.raises(ValueError, match="loopback only"):
        async with running(host, 0):
            pass


async def test_an_address_of_ipv6_is_written_in_brackets():
    async with running("::1", 0) as started:
        assert started.url.startswith("http://[::1]:")


async def test_two_sandboxes_at_the_same_time_say_the_same_and_share_nothing(caller):
    async with running(port=0, now=lambda: NOW) as other:
        stranger = Caller(other, caller.http)
        assert await stranger.rows("rs-contoh-ciledug") == await caller.rows("rs-contoh-ciledug")
        other.control.set("rs-contoh-ciledug", "down")
        assert len(await caller.rows("rs-contoh-ciledug")) == 141
        assert other.control.hits("rs-contoh-ciledug") == 1


def test_each_credential_has_a_variable_and_no_two_are_the_same():
    variables = environment()
    assert len(variables) == 12 * 3 + 2 + 1 + 2 + 2 + 2
    assert len(set(variables.values())) == len(variables)
    assert {name.partition("_")[0] for name in variables} == {"SANDBOX"}


MADE = """
from hashlib import sha256
from datetime import UTC, date, datetime
from sandbox.beds.hospitals import hospitals, rows
from sandbox.tax.parcels import bill, parcels, payments, place

now, today = datetime(2026, 5, 4, 6, 0, tzinfo=UTC), date(2026, 5, 4)
beds = [rows(hospital, now) for hospital in hospitals()]
tax = [(bill(parcel, 2026, today), payments(parcel, 2026, today), place(parcel)) for parcel in parcels().values()]
print(sha256(repr((beds, tax)).encode()).hexdigest())
"""


async def made_under(hash_seed):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MADE, env=os.environ | {"PYTHONHASHSEED": hash_seed}, stdout=asyncio.subprocess.PIPE
    )
    return (await process.communicate())[0]


async def test_every_process_makes_the_same_bytes():
    first, second = await asyncio.gather(made_under("1"), made_under("2"))
    assert len(first.strip()) == 64
    assert first == second


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_command_says_once_that_it_is_ready_and_stops_at_a_signal(number):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    ready = await process.stdout.readline()
    process.send_signal(number)
    rest, errors = await process.communicate()
    assert ready.startswith(b"sandbox: %d agencies and an identity provider at http://127.0.0.1:" % len(STOOD_IN_FOR))
    assert (process.returncode, rest, errors) == (0, b"", b"")
