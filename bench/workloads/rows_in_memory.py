"""What (a), (c) and (d) share: the hub's own answer is what the peers have in memory, and what nginx has in a file."""

from collections.abc import Mapping, Sequence

from bench.contest import Contestant, take_turns
from bench.figures import Kind, Row
from bench.hubs import Hub
from bench.places import Place
from bench.run import ENGINES, NODE, PYTHON, Bench, contestants, posted


def hubs(
    bench: Bench, places: Sequence[Place], document: str, headers: Mapping[str, str] | None = None
) -> tuple[list[Contestant], list[Row]]:
    """The hub in these places and as it was; and a row for each place that this version does not have."""
    asked = posted(document, headers)
    running: list[tuple[Hub, Kind]] = [(bench.hub(each), Kind.HUB) for each in places if each.known]
    if before := bench.before():
        running.append((before, Kind.BEFORE))
    for hub, _ in running:
        bench.data(hub, document, headers)
    there = [
        Contestant(name=hub.name, kind=kind, url=hub.url, process=hub.process, asked=asked) for hub, kind in running
    ]
    missing = [
        Row(server=each.name, kind=Kind.HUB, note="this version of the hub does not have the setting")
        for each in places
        if not each.known
    ]
    return there, missing


def compete(
    bench: Bench,
    key: str,
    document: str,
    places: Sequence[Place],
    *,
    names: Sequence[str] = (*ENGINES, *PYTHON),
    headers: Mapping[str, str] | None = None,
    more: Sequence[Contestant] = (),
    gateway: bool = False,
    connections: int | None = None,
) -> list[Row]:
    """All in turns on one document. `gateway`: Hive Gateway too, in front of Yoga."""
    there, rows = hubs(bench, places, document, headers)
    expected = bench.data(bench.hub(places[0] if places[0].known else Place("hub", {})), document, headers)
    file = bench.rows_file(document=document, data=expected)
    asked = posted(document)
    peers = [bench.node_peer(each, file) if each in NODE else bench.python_peer(each, file) for each in names]
    if gateway:
        peers.append(bench.gateway(next(each for each in peers if each.name == "Yoga + JIT")))
    try:
        running, absent = contestants(peers, asked)
        all_of_them = [*there, *more, *running, bench.front(key, expected)]
        rows += absent + take_turns(all_of_them, expected, bench.turns(connections), say=bench.say)
    finally:
        bench.end_peers(peers)
    return rows
