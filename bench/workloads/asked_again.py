"""(a) What was asked before is asked again: the answer of 46 commodities, from each place that may have it."""

import hashlib
import json
import urllib.parse
import urllib.request

from bench.contest import Contestant
from bench.documents import COMMODITIES
from bench.figures import Kind, Table
from bench.hubs import Hub
from bench.load import Asked
from bench.places import EXECUTED, HUB, WITHOUT_WIRE
from bench.run import NODE, PYTHON, Bench
from bench.workloads.rows_in_memory import compete

NEWEST = """
local newest = nil
request = function()
  return newest or wrk.format()
end
response = function(status, headers)
  local tag = headers["etag"] or headers["ETag"]
  if tag and tag ~= wrk.headers["if-none-match"] then
    wrk.headers["if-none-match"] = tag
    newest = wrk.format()
  end
end
"""
"""Each request has the tag of the newest answer, which changes with the ages in it."""


def run(bench: Bench) -> list[Table]:
    """One table."""
    hub = bench.hub(HUB)
    bench.data(hub, COMMODITIES)
    rows = compete(
        bench,
        "a",
        COMMODITIES,
        (HUB, WITHOUT_WIRE, EXECUTED),
        names=(*NODE, *PYTHON),
        more=persisted(hub),
        gateway=True,
    )
    return [
        Table(
            contest=True,
            key="a",
            title="(a) Asked again: 46 commodities, public",
            told="The hub answers from each place that may have the answer. Peers have the rows in memory. Two have "
            "caches of whole answers.",
            rows=rows,
        )
    ]


def persisted(hub: Hub) -> list[Contestant]:
    """By GET with a persisted operation, and with the ETag of the answer before, if it has one."""
    sha = hashlib.sha256(COMMODITIES.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": sha}}
    body = json.dumps({"query": COMMODITIES, "extensions": extensions}).encode()
    urllib.request.urlopen(
        urllib.request.Request(f"{hub.url}/graphql", body, {"content-type": "application/json"})
    ).close()
    path = f"/graphql?extensions={urllib.parse.quote(json.dumps(extensions))}"
    with urllib.request.urlopen(f"{hub.url}{path}") as response:
        tagged = response.headers.get("ETag")
    found = [_contestant("hub, persisted GET", hub, Asked(path=path))]
    if tagged:
        found.append(_contestant("hub, 304", hub, Asked(path=path, more=NEWEST), bodiless=True))
    return found


def _contestant(name: str, hub: Hub, asked: Asked, *, bodiless: bool = False) -> Contestant:
    return Contestant(name=name, kind=Kind.HUB, url=hub.url, process=hub.process, asked=asked, bodiless=bodiless)
