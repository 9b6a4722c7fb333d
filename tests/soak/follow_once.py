"""`python -m tests.soak.follow_once AGENCY ADDRESS STORE`: follow one JDIHN feed once, in a process whose memory is its own.

Prints a line of JSON: documents kept, the largest resident memory before and after in MB, how often it said how far it
was, and how many seconds it took.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from structlog.testing import capture_logs

from connectors.jdih.jdihn import Jdihn, JdihnCredentials, JdihnOptions
from connectors.kit.agency import Agency, Limits
from connectors.kit.clock import SystemClock
from store.kit.copies import Copies
from store.kit.database import Database
from store.kit.follower import Follower
from store.registry import COPY_TABLES


def resident() -> float:
    """In MB, as Linux says; what getrusage says is the parent's, where that was larger."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def main(code: str, address: str, store: str) -> None:
    clock = SystemClock()
    limits = Limits(timeout=300, max_bytes=1_000_000_000)
    agency = Agency(code=code, domain="jdih", connector="jdihn", name=code, url=address, limits=limits)
    options, zone = JdihnOptions(level="CITY"), ZoneInfo("Asia/Jakarta")
    connector = Jdihn(agency, options, JdihnCredentials(), clock=clock, zone=zone)
    database, feed = Database(store), connector.regulations()
    await database.migrate()
    await Copies(database).ensure([feed])
    before, began = resident(), time.perf_counter()
    with capture_logs() as lines:
        await Follower(database, [feed], COPY_TABLES, clock=clock).round()
    copy = await Copies(database).of(feed)
    told = [line["documents"] for line in lines if line["event"] == "feed.progress"]
    took = time.perf_counter() - began
    print(json.dumps({"documents": copy.documents, "before": before, "after": resident(), "told": told, "took": took}))
    await connector.aclose()
    await database.aclose()


asyncio.run(main(*sys.argv[1:]))
