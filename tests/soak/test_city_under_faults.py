"""A city's two hubs for ten minutes, while agencies, Redis and PostgreSQL fail and return: `make soak ARGS=<this file>`.

200 people ask, some of them signed in. What fails when follows from a fixed seed. `SOAK_SECONDS` sets another length. The
report is written to `.simpul/soak/`, as text and as JSON, and its summary is printed.
"""

import asyncio
import itertools
import json
import os
import random
import statistics
import time
from collections import Counter
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from connectors.kit.clock import SystemClock
from sandbox.registry import environment
from sandbox.server import running
from tests.conftest import ROOT, configuration_for, listening
from tests.faults.catalogue import CONTENTS, FAULTS
from tests.faults.proxy import proxied
from tests.faults.questions import COPIED, NEVER_ASKED, OVER_HTTP
from tests.faults.servers import own_postgres, own_redis
from tests.soak.city_load import JOINED, PUBLIC, SLOTS, Load, Truth
from tests.venues.processes import hub_running, token_of

pytestmark = pytest.mark.soak

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
SEED = 15
CONNECTIONS = 200
PERSONS = 40
"""So many of them have signed in; the others read what is public."""
AT_ONCE = 3
"""How many agencies are spoilt at the same time."""
LASTS = (5.0, 20.0)
"""Between so many seconds each trouble lasts."""
GROWTH = 1.25
"""By which part of its memory a hub may have grown at the end, from when it was warm."""
HURTING = [each for each in FAULTS + CONTENTS if each.code is not None and "megabytes" not in each.name]
REPORT = ROOT / ".simpul" / "soak"


def configured(sandbox, proxy, tmp_path):
    """The committed configuration with each agency behind its door."""
    lines, code = [], ""
    for line in (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8").splitlines():
        if line.startswith("[agencies.") and "." not in line.removeprefix("[agencies.").rstrip("]"):
            code = line.removeprefix("[agencies.").rstrip("]")
        if line.startswith("url = ") and code in proxy.doors:
            line = line.replace("http://127.0.0.1:8100", proxy.url(code))  # noqa: PLW2901  the line as it is sent on
        lines.append(line)
    text = "\n".join(lines).replace("http://127.0.0.1:8100", sandbox.url)
    path = tmp_path / "agencies.toml"
    path.write_text(text.replace(":///.simpul/sandbox", f":///{sandbox.folder}"), encoding="utf-8")
    return path


def memory(process):
    """Megabytes that a process holds."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


async def spoil_agencies(proxy, chance, until, told):
    """One after the other, each with a fault of its own, for a while."""
    codes = [*OVER_HTTP, *COPIED]
    while time.perf_counter() < until:
        door, fault = proxy[chance.choice(codes)], chance.choice(HURTING)
        told.append((time.perf_counter(), f"{fault.name} at {door.code}"))
        fault.begin(door)
        await asyncio.sleep(min(chance.uniform(*LASTS), max(0.0, until - time.perf_counter())))
        await door.heal()


async def break_server(name, server, chance, until, told):
    """Stopped or killed, and started again."""
    while True:
        await asyncio.sleep(chance.uniform(10, 40) * min(1.0, SECONDS / 120))
        if time.perf_counter() > until - LASTS[1]:
            return
        how = chance.choice(["pause", "kill"])
        told.append((time.perf_counter(), f"{how} {name}"))
        await asyncio.to_thread(getattr(server, how))
        await asyncio.sleep(chance.uniform(2, 8))
        await asyncio.to_thread(server.resume if how == "pause" else server.start)
        told.append((time.perf_counter(), f"{name} is back"))


async def look_at_memory(hubs, until, sizes):
    while time.perf_counter() < until:
        sizes.append([memory(hub.process) for hub in hubs])
        await asyncio.sleep(2)


async def warm(session, hub, truth):
    """Until the hub has all copies, and what is true then is known."""
    copies = [{"fetchedAt": None}]
    while not all(each["fetchedAt"] for each in copies):
        await asyncio.sleep(0.3)
        async with session.get(f"{hub.url}/readyz") as response:
            copies = (await response.json())["copies"]
    for query in PUBLIC.values():
        answer = await hub.ask(query)
        assert "errors" not in answer, answer["errors"]
        truth.learn(answer)


async def learn_what_is_joined(sandbox, tmp_path, truth):
    """All pages of the lists that several agencies make together, also as they are where some of those are silent."""
    configuration = configuration_for(sandbox, tmp_path)
    for field, (fields, codes) in JOINED.items():
        for number in range(len(codes)):
            for silent in itertools.combinations(codes, number):
                for code in silent:
                    sandbox.control.set(code, "down")
                async with listening(configuration, SystemClock(), quota=0) as hub:
                    page = {"hasNextPage": True, "endCursor": None}
                    while page["hasNextPage"]:
                        where = f', after: "{page["endCursor"]}"' if page["endCursor"] else ""
                        query = f"{{ {field}(first: 100{where}) {{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
                        answer = await hub.ask(query)
                        truth.learn(answer)
                        page = (answer["data"][field] or {"pageInfo": {"hasNextPage": False}})["pageInfo"]
                sandbox.control.reset()


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else 0.0


async def test_a_city_lives_through_ten_minutes_of_trouble(tmp_path):
    truth, sizes, told = Truth(), [], []
    async with AsyncExitStack() as stack, asyncio.timeout(SECONDS + 300):
        servers = stack.enter_context(ExitStack())
        redis, postgres = servers.enter_context(own_redis()), servers.enter_context(own_postgres())
        sandbox = await stack.enter_async_context(running(port=0))
        proxy = await stack.enter_async_context(proxied([*OVER_HTTP, *COPIED, *NEVER_ASKED], sandbox.url))
        path = configured(sandbox, proxy, tmp_path)
        settings = {
            **environment(), "SIMPUL_QUOTA": "0", "SIMPUL_CACHE_URL": redis.url, "SIMPUL_SECRET": "s" * 40,
            "SIMPUL_SERVER__PER_ADDRESS": "1000", "SIMPUL_SERVER__CONNECTIONS": "1000",
            "SIMPUL_LOOKUPS__FREE": "100000", "SIMPUL_LOOKUPS__MOST": "100000",
        }  # fmt: skip
        one = await stack.enter_async_context(hub_running(path, postgres.url, **settings))
        two = await stack.enter_async_context(hub_running(path, postgres.url, **settings))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS), timeout=aiohttp.ClientTimeout(total=60)
            )
        )
        await learn_what_is_joined(sandbox, tmp_path, truth)
        await warm(session, one, truth)
        await warm(session, two, truth)
        found = await one.ask(SLOTS)
        slots = [
            each["code"]
            for venue in found["data"]["venues"]["nodes"]
            for each in (venue["slots"] or {"nodes": []})["nodes"]
        ]
        load, chance = Load([one.url, two.url], truth, SEED), random.Random(SEED)
        began = time.perf_counter()
        until = began + SECONDS
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(spoil_agencies(proxy, random.Random(chance.random()), until, told))
            group.create_task(break_server("Redis", redis, random.Random(chance.random()), until, told))
            group.create_task(break_server("PostgreSQL", postgres, random.Random(chance.random()), until, told))
            group.create_task(look_at_memory([one, two], until, sizes))
            for number in range(PERSONS):
                group.create_task(load.person(session, number, until, lambda n: token_of(sandbox, n), slots))
            for number in range(CONNECTIONS - PERSONS):
                group.create_task(load.reader(session, number, until))
    summary = summarise(load, sizes, told, began)
    write(summary)
    assert not load.wrong, load.wrong[:10]
    assert summary["p99"]["public"] < 2.0
    assert summary["p99"]["personal"] < 3.0
    assert all(growth < GROWTH for growth in summary["memory growth"])
    assert load.booked


def summarise(load, sizes, told, began):
    """What is worth telling."""
    of = {
        kind: [each.seconds for each in load.asked if each.kind == kind] for kind in ("public", "personal", "booking")
    }
    early = sizes[len(sizes) // 4 : len(sizes) // 2]
    late = sizes[-max(1, len(sizes) // 8) :]
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": SECONDS,
        "seed": SEED,
        "asked": {kind: len(each) for kind, each in of.items()},
        "median": {kind: round(statistics.median(each), 3) if each else 0 for kind, each in of.items()},
        "p99": {kind: round(percentile(each, 0.99), 3) for kind, each in of.items()},
        "longest": {kind: round(max(each, default=0), 3) for kind, each in of.items()},
        "slower than 2 s, by when they were asked (s)": dict(
            sorted(Counter(int((each.at - began) // 5) * 5 for each in load.asked if each.seconds > 2).items())
        ),
        "slower than 2 s, of all, by question": {
            name: f"{len([each for each in of_it if each.seconds > 2])} of {len(of_it)}"
            for name in sorted({each.question for each in load.asked})
            if (of_it := [each for each in load.asked if each.question == name])
        },
        "statuses": dict(Counter(each.status for each in load.asked)),
        "codes": load.codes,
        "booked": load.booked,
        "wrong": load.wrong[:50],
        "wrong in all": len(load.wrong),
        "memory in MB": [[round(size) for size in each] for each in sizes[:: max(1, len(sizes) // 20)]],
        "memory growth": [
            round(statistics.median(each[hub] for each in late) / statistics.median(each[hub] for each in early), 2)
            for hub in range(2)
        ],
        "troubles": [f"{at - began:6.1f} s {what}" for at, what in sorted(told)],
    }


def write(summary):
    """The report, beside the store and not committed."""
    REPORT.mkdir(parents=True, exist_ok=True)
    (REPORT / "report.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")
    lines = [f"{name}: {each}" for name, each in summary.items() if name != "troubles"]
    text = "\n".join([*lines, "troubles:", *summary["troubles"]])
    (REPORT / "report.txt").write_text(text, encoding="utf-8")
    print("\n" + "\n".join(lines), f"\n{len(summary['troubles'])} troubles; all of it: {REPORT / 'report.txt'}")
