"""How long small answers wait beside large ones: the p99 of (a), while two clients ask for ever other charts."""

import threading
from typing import Any

import msgspec

from bench.contest import Contestant, take_turns, wrong
from bench.documents import CHARTS, COMMODITIES, HEAVY
from bench.figures import Row, Table
from bench.load import Asked, load
from bench.places import HUB
from bench.run import ENGINES, Bench, contestants, posted
from bench.workloads.rows_in_memory import hubs

NUMBERED = """
local n = 0
request = function()
  n = n + 1
  local first, last = 46 + n % 55, 51 + math.floor(n / 55) % 50
  return wrk.format(nil, nil, nil, (wrk.body:gsub("4001", first):gsub("4002", last)))
end
"""
"""A request with other numbers each time: 2,750 of them."""
HEAVY_CLIENTS = 2


def run(bench: Bench) -> list[Table]:
    """One table."""
    there, rows = hubs(bench, (HUB,), COMMODITIES)
    hub = bench.hub(HUB)
    data = bench.data(hub, COMMODITIES)
    rows_of_both = {"commodities": _both(data["commodities"], bench.data(hub, CHARTS)["commodities"])}
    file = bench.rows_file(document=COMMODITIES, data=rows_of_both)
    peers = [bench.node_peer(each, file) for each in ENGINES]
    try:
        running, absent = contestants(peers, posted(COMMODITIES))
        rows += absent
        everybody = [*there, *running]
        told = {each.name: wrong(each, data) for each in everybody}
        for each in everybody:
            if told[each.name]:
                rows.append(Row(server=each.name, kind=each.kind, note=f"WRONG, not measured: {told[each.name]}"))
                continue
            rows += _beside(bench, each, data)
    finally:
        bench.end_peers(peers)
    return [
        Table(
            key="p99",
            title="The slowest of (a) beside heavy queries",
            told=f"{HEAVY_CLIENTS} clients ask for 46 charts of 51 to 100 points, each time with other variables. "
            "The others ask (a).",
            rows=rows,
        )
    ]


def _beside(bench: Bench, contestant: Contestant, data: object) -> list[Row]:
    turns = bench.turns()
    body = posted(HEAVY, first=4001, last=4002)
    heavy = msgspec.structs.replace(body, more=NUMBERED)
    seconds = turns.warm + turns.rounds * turns.seconds + 1
    thread = threading.Thread(target=_heavy, args=(bench, contestant.url, heavy, seconds))
    thread.start()
    rows = take_turns([contestant], data, turns, say=bench.say)
    thread.join()
    return rows


def _heavy(bench: Bench, url: str, asked: Asked, seconds: float) -> None:
    load(
        url,
        asked,
        connections=HEAVY_CLIENTS,
        seconds=seconds,
        core=bench.cores.load,
        folder=bench.folder / "heavy",
    )


def _both(small: dict[str, Any], charts: dict[str, Any]) -> dict[str, Any]:
    """The rows of both documents, by code."""
    of = {each["code"]: each["chart"] for each in charts["nodes"]}
    nodes = [{**each, "chart": of[each["code"]]} for each in small["nodes"]]
    return {**small, "nodes": nodes}
