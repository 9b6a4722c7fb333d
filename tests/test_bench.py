"""The harness of `make bench`, without a server: what it computes, what it finds wrong, and what it writes."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bench.__main__ import WORKLOADS, chosen_from, main, merged
from bench.contest import Contestant, Turns, take_turns
from bench.equality import differences
from bench.figures import Kind, Results, Round, Row, Table, best_peer, percentile, ratio, summary
from bench.goals import GOALS
from bench.layers import profile_of
from bench.load import Asked, lua_of, read_load
from bench.plain import rows as plain
from bench.processes import Cores, Processes, Stopped, descendants
from bench.report import page
from bench.workloads.fan_out import FRONT_IN_FLIGHT
from tests.conftest import ROOT


def turn(answers, cpu, **given):
    return Round(**{"answers": answers, "cpu": cpu, "seconds": 2.0, "p50": 1.0, "p99": 9.0, "rss": 50.0, **given})


def test_a_row_has_the_medians_of_its_rounds_and_how_far_they_lie_apart():
    found = summary([turn(100, 1.0, p99=3.0), turn(300, 2.0, p99=5.0, failed=2), turn(200, 1.0, p99=4.0, rss=60.0)])
    assert (found["per_cpu"], found["least"], found["most"]) == (150, 100, 200)
    assert found["cpu_ms"] == pytest.approx(1000 / 150)
    assert (found["per_second"], found["p99_ms"], found["failed"], found["rss_mb"]) == (100, 4, 2, 60)
    assert summary([turn(0, 1.0), turn(0, 0.0)]) == {}
    assert summary([turn(10, 1.0, upstream=20), turn(10, 1.0, upstream=22)])["upstream"] == pytest.approx(2.1)


@pytest.mark.parametrize(("part", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_the_nearest_rank(part, value):
    assert percentile(range(100, 0, -1), part) == value


def test_of_no_values_there_is_no_percentile():
    with pytest.raises(ValueError, match="no percentile"):
        percentile([], 0.5)


@pytest.mark.parametrize(
    ("expected", "given", "told"),
    [
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "x"}]}, []),
        ({"a": -4.0}, {"a": -4}, []),
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "y"}]}, ["data.a[1].b: 'x' was expected, there is 'y'"]),
        ({"a": 1}, {"a": True}, ["data.a: 1 was expected, there is True"]),
        ({"a": [1, 2]}, {"a": [1]}, ["data.a: 2 items were expected, there are 1"]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, ["data: ['a', 'b'] were expected, there are ['b', 'a']"]),
        ({"a": {"b": 1}}, {"a": None}, ["data.a: {'b': 1} was expected, there is None"]),
        ({"ageSeconds": 3}, {"ageSeconds": 5}, []),
        ({"ageSeconds": 3}, {"ageSeconds": None}, ["data.ageSeconds: 3 was expected, there is None"]),
    ],
)
def test_what_differs_is_found_and_what_moves_is_not(expected, given, told):
    assert list(differences(expected, given)) == told


def test_a_load_is_read_from_what_wrk_reports():
    said = 'Running\n  12 requests\n\nBENCH {"answers": 12, "us": 2000000, "failed": 1, "p50": 761.0, "p99": 8393.0}\n'
    found = read_load(said)
    assert (found.answers, found.seconds, found.failed, found.p50, found.p99) == (12, 2.0, 1, 0.761, 8.393)


def test_a_request_is_written_for_wrk_as_it_is():
    script = lua_of(Asked(b'{"query": "{ a }\\n"}', {"authorization": "Bearer x"}, more="-- other each time"))
    assert 'wrk.method = "POST"' in script
    assert 'wrk.body = [==[{"query": "{ a }\\n"}]==]' in script
    assert "wrk.headers[ [==[authorization]==] ] = [==[Bearer x]==]" in script
    assert "-- other each time" in script
    assert 'wrk.method = "GET"' in lua_of(Asked())


HUB = Row(server="hub", kind=Kind.HUB, values={"per_cpu": 900.0, "least": 800.0, "most": 1000.0, "p99_ms": 2.0})
BEFORE = Row(server="hub at abc", kind=Kind.BEFORE, values={"per_cpu": 30.0, "p99_ms": 90.0})
SLOW = Row(server="Apollo Server", kind=Kind.PEER, values={"per_cpu": 100.0, "p99_ms": 80.0})
FAST = Row(server="Mercurius + JIT", kind=Kind.PEER, values={"per_cpu": 450.0, "p99_ms": 40.0})
ABSENT = Row(server="grommet", kind=Kind.PEER, note="it wants a newer Python")
NGINX = Row(server="nginx, same bytes", kind=Kind.FRONT, values={"per_cpu": 1000.0})


def results(*tables):
    return Results(
        date="2026-11-27", command="make bench", machine={"cores": "2"}, versions={"wrk": "4"}, tables=[*tables]
    )


def table(key, *rows):
    return Table(
        key=key, title=f"The workload {key}", told="Told.", contest=True, rows=[*rows], command=f"make bench {key}"
    )


def test_the_best_peer_is_neither_the_hub_nor_a_web_server_nor_one_that_did_not_run():
    found = table("a", ABSENT, SLOW, FAST, HUB, NGINX)
    assert best_peer(found) == FAST
    assert ratio(HUB, FAST) == 2
    assert ratio(HUB, ABSENT) is ratio(None, FAST) is None


def test_the_page_holds_the_figures_and_says_which_goals_are_met_and_which_were_not_measured():
    run = results(table("a", ABSENT, SLOW, FAST, HUB, NGINX), table("c1", HUB, BEFORE, FAST), table("p99", HUB, FAST))
    lines = page(run).splitlines()
    assert "| (a) asked again, last room | ≥ 0.9 x nginx | 0.90 x | met |" in lines
    assert "| (a) asked again, last room | ≥ 10 x the best peer | 2.00 x | **not met** |" in lines
    assert "| (c1) executed each time | ≥ 30 x before | 30.0 x | met |" in lines
    assert "| p99 of kept answers beside heavy queries | ≤ 1/10 of the best peer's | 0.05 x | met |" in lines
    assert "| city-at-a-glance | ≤ 2 ms CPU | - | not measured |" in lines
    at = lines.index("## The workload a")
    assert "`make bench a` measures it again." in lines[at + 2]
    assert lines[at + 4] == "| server | answers/CPU-s | p99 ms | x best peer | |"
    assert lines[at + 6] == "| **hub** | 900 (800-1,000) | 2.00 | 2.00 |  |"
    assert lines[at + 9] == "| grommet | - | - | - | it wants a newer Python |"
    assert lines[at + 10] == "| nginx, same bytes | 1,000 | - | 2.22 |  |"


KEYS = "a b c1 c2 plain d2 d6 glance p99 cold personal booking memory".split()
MEASURES = "per_cpu cpu_ms per_second p99_ms over_ms over_p99_ms rest_mb given_back_mb unique_half_mb unique_mb".split()
SERVERS = {
    Kind.HUB: [
        "hub", "hub, last room off", "hub, executed each time", "hub, 304", "hub, strict", "hub, equal upstream bytes",
        "hub, equal operations in flight", "hub: hold", "hub: confirm", "hub: cancel",
    ],
    Kind.BEFORE: ["hub at abc"],
    Kind.PEER: ["Mercurius + JIT"],
    Kind.FRONT: ["nginx, same bytes", FRONT_IN_FLIGHT],
}  # fmt: skip


def test_each_goal_names_tables_and_rows_that_a_run_can_have():
    """A goal on a name that nothing has would never be measured."""
    rows = [
        Row(server=server, kind=kind, values=dict.fromkeys(MEASURES, 1.0))
        for kind, servers in SERVERS.items()
        for server in servers
    ]
    whole = results(*(table(key, *rows) for key in KEYS))
    assert [goal for goal in GOALS if goal.measured(whole) is None] == []
    assert [goal for goal in GOALS if goal.measured(results()) is not None] == []


def test_a_run_of_some_workloads_leaves_the_figures_of_the_others():
    old, new = results(table("a", HUB), table("b", SLOW)), results(table("b", FAST), table("c1", HUB))
    found = merged(old, new)
    assert [(each.key, each.rows) for each in found.tables] == [("a", [HUB]), ("b", [FAST]), ("c1", [HUB])]
    assert msgspec.json.decode(msgspec.json.encode(found), type=Results) == found


def test_the_command_line_knows_the_workloads(capsys):
    assert chosen_from([]).only == [*WORKLOADS]
    assert chosen_from(["--only", "a,c1"]).only == ["a", "c1"]
    quick, full, own = chosen_from([]), chosen_from(["--full"]), chosen_from(["--full", "--rounds", "2"])
    assert [(each.seconds, each.rounds) for each in (quick, full, own)] == [(1, 3), (3, 5), (3, 2)]
    with pytest.raises(SystemExit):
        chosen_from(["--only", "a,z"])
    assert "no such workload: z" in capsys.readouterr().err


def test_time_belongs_to_layers_and_that_of_builtins_to_whoever_calls_them():
    hub, library = (
        ("/here/resolvers/jobs/sources.py", 7, "join"),
        ("/lib/site-packages/graphql/execution/execute.py", 9, "go"),
    )
    called = {hub: (30, 30, 1.5, 1.5), library: (10, 10, 0.5, 0.5)}
    stats = {
        hub: (10, 10, 1.0, 4.0, {}),
        library: (20, 20, 2.0, 4.0, {}),
        ("~", 0, "<built-in method getattr>"): (40, 40, 2.0, 2.0, called),
    }
    found = profile_of(stats, answers=10, root="/here/", most=2)
    assert found.layers == [("hub: resolvers", 0.5), ("graphql-core: execute", 0.5)]
    assert (found.ms, found.calls) == (500, 7)
    assert [each.name for each in found.functions] == ["graphql/execution/execute.py:9 go", "<built-in method getattr>"]
    assert [each.calls for each in found.functions] == [2, 4]


def test_a_program_that_is_missing_is_named_before_anything_starts(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["--only", "a"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "make bench needs these programs on the path:"
    assert [line.partition(":")[0] for line in told[1:]] == ["wrk", "nginx", "node", "npm", "taskset"]


def test_the_rows_of_the_plain_schema_are_the_same_for_all_servers():
    assert plain.items(20) == plain.items(20)
    assert [len(each) for each in plain.items(3)] == [10, 10, 10]
    answer = plain.fanned_out()["posts"]
    assert (len(answer), answer[0]["user"], answer[99]["user"]) == (100, {"name": "Warga 1"}, {"name": "Warga 10"})


def test_a_server_is_measured_and_ends_with_the_run_and_one_that_fails_says_why(tmp_path):
    with Processes(tmp_path) as processes:
        running = processes.start("sleeps", ["sleep", "60"], core=Cores().server, cwd=tmp_path)
        assert descendants(running.pid) == [running.pid]
        assert running.rss() > 0
        assert running.cpu() > 0
        failed = processes.start(
            "fails", [sys.executable, "-c", "raise SystemExit('no port')"], core=Cores().server, cwd=tmp_path
        )
        with pytest.raises(Stopped, match="fails ended with 1: no port"):
            failed.ready("http://127.0.0.1:9/")
    assert not Path(f"/proc/{running.pid}").exists()


def test_what_does_not_answer_is_not_timed(tmp_path):
    with Processes(tmp_path) as processes:
        nobody = Contestant(
            name="nobody",
            kind=Kind.PEER,
            url="http://127.0.0.1:9",
            process=processes.start("sleep", ["sleep", "60"], core=Cores().server, cwd=tmp_path),
            asked=Asked(),
        )
        (row,) = take_turns(
            [nobody], {}, Turns(rounds=1, seconds=1, connections=1, core=Cores().server, folder=tmp_path)
        )
    assert row.values == {}
    assert row.note.startswith("WRONG, not measured: no answer")


def test_the_hub_with_the_plain_schema_answers(tmp_path):
    """In a process of its own, because it puts the schema in the place of the hub's."""
    asking = """
import asyncio, sys
from bench.plain.hub import plain_app
from engine.configuration.settings import Settings
from tests.conftest import serving

async def main():
    app = plain_app(Settings(store_url=sys.argv[1], heads="", quota=0), "http://127.0.0.1:9")
    async with serving(app) as hub:
        print(await hub.data("{ __typename }"))

asyncio.run(main())
"""
    command = [sys.executable, "-c", asking, f"sqlite:///{tmp_path}/store.db"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert told.stdout == "{'__typename': 'Query'}\n"
