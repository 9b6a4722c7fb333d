"""docs/scaling.md: its formulas against known results, its simulation against the formulas, its tables against both."""

import math
import re

import msgspec
import pytest

from bench.figures import Kind, Results, Row, Table
from bench.scaling.__main__ import PAGE, PLACES, costs_from, known_costs, main
from bench.scaling.demand import Costs, Demand
from bench.scaling.page import written
from bench.scaling.plan import plan_of
from bench.scaling.queues import Station, erlang_c, hit_ratio, mean_wait, wait_at, zipf
from bench.scaling.simulation import simulate

COSTS = Costs(
    command="make bench", date="2026-11-27", kept=1.0, executed=8.0, citizen=8.0, personal=2.0, booking=20.0,
    recorded_a_second=1_000.0,
)  # fmt: skip
HUNDRED = Demand(people=2_000_000)
"""Its peak is 100 operations a second."""


def exponential(rate, servers, mean):
    return Station(rate, servers, mean, 2 * mean**2)


def test_the_formulas_give_what_the_textbooks_do():
    assert erlang_c(1, 0.5) == pytest.approx(0.5)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(10, 8.0) == pytest.approx(0.40918, abs=1e-5)
    assert erlang_c(5_000, 4_500.0) < 1e-9
    assert erlang_c(2, 2.0) == 1
    assert mean_wait(exponential(50, 1, 0.01)) == pytest.approx(0.5 / (100 - 50))  # M/M/1
    assert mean_wait(Station(50, 1, 0.01, 0.01**2)) == pytest.approx(50 * 0.0001 / (2 * 0.5))  # M/D/1
    assert wait_at(exponential(50, 1, 0.01), 0.99) == pytest.approx(math.log(0.5 / 0.01) / 50)
    assert wait_at(exponential(1, 1, 0.001), 0.99) == 0
    assert mean_wait(exponential(100, 1, 0.01)) == wait_at(exponential(101, 1, 0.01), 0.5) == math.inf
    assert mean_wait(exponential(0, 1, 0.01)) == 0


def test_kept_answers_are_found_as_often_as_they_live_long():
    assert hit_ratio(10, [1.0], 60) == pytest.approx(600 / 601)
    assert hit_ratio(10, [0.5, 0.5], 0.2) == pytest.approx(0.5)
    assert hit_ratio(10, [1.0], 0) == 0
    assert sum(zipf(100, 0.9)) == pytest.approx(1)
    assert zipf(3, 1) == pytest.approx([6 / 11, 3 / 11, 2 / 11])


@pytest.mark.parametrize(("servers", "mean"), [(1, 5.0), (3, 18.0)])
def test_the_simulation_of_one_kind_waits_as_long_as_the_formula_says(servers, mean):
    demand = msgspec.structs.replace(HUNDRED, citizen=1.0, personal=0.0, booking=0.0)
    seen = simulate(demand, msgspec.structs.replace(COSTS, citizen=mean), servers=servers, seconds=1_500, seed=7)
    station = exponential(100, servers, mean / 1000)
    assert seen.utilization == pytest.approx(station.utilization, rel=0.02)
    assert seen.wait == pytest.approx(mean_wait(station), rel=0.06)
    assert seen.wait_p99 == pytest.approx(wait_at(station, 0.99), rel=0.06)
    assert seen.response == pytest.approx(mean_wait(station) + mean / 1000, rel=0.04)


def test_the_simulation_of_a_city_finds_kept_answers_and_waits_as_the_plan_says():
    plan = plan_of(HUNDRED, COSTS)
    seen = simulate(HUNDRED, COSTS, servers=1, seconds=900, seed=7, warm=HUNDRED.life)
    station = plan.station._replace(servers=1)
    assert seen.operations == pytest.approx(90_000, rel=0.02)
    assert seen.hits == pytest.approx(plan.hits, abs=0.01)
    assert seen.utilization == pytest.approx(station.utilization, rel=0.03)
    assert seen.wait == pytest.approx(mean_wait(station), rel=0.1)


def test_a_plan_is_neither_busier_nor_slower_than_it_may_be_and_a_cdn_takes_work_away():
    for demand in PLACES.values():
        plan = plan_of(demand, COSTS)
        fewer = plan.station._replace(servers=plan.station.servers - 1)
        assert plan.station.utilization <= 0.6
        assert wait_at(plan.station, 0.99) <= 0.05
        assert fewer.servers == 0 or fewer.utilization > 0.6 or wait_at(fewer, 0.99) > 0.05
        assert sum(each.share for each in plan.kinds) == pytest.approx(1)
        assert plan_of(demand, COSTS, cdn=0.8).rate == pytest.approx(demand.peak * (0.85 * 0.2 + 0.15))


def test_what_gives_way_first_is_what_is_used_most():
    slow = msgspec.structs.replace(COSTS, recorded_a_second=1.0)
    assert plan_of(HUNDRED, slow).first.name == "one record of readings"
    assert plan_of(HUNDRED, slow).first.utilization == pytest.approx(5)
    assert plan_of(HUNDRED, msgspec.structs.replace(COSTS, citizen=900.0)).first.name == "one process of the hub"
    assert plan_of(HUNDRED, msgspec.structs.replace(COSTS, citizen=900.0)).next.name == "the tax office of a city"


def test_the_costs_are_those_of_a_run_and_what_it_did_not_measure_stays():
    tables = [
        Table(key="a", title="", told="", rows=[Row(server="hub", kind=Kind.HUB, values={"cpu_ms": 0.02})]),
        Table(
            key="booking",
            title="",
            told="",
            rows=[
                Row(server=f"hub: {step}", kind=Kind.HUB, values={"cpu_ms": cost})
                for step, cost in (("hold", 3.0), ("confirm", 5.0))
            ],
        ),
    ]
    run = Results(date="then", command="make bench", machine={}, versions={}, tables=tables)
    found = costs_from(run, COSTS)
    assert (found.kept, found.booking, found.executed, found.date) == (0.02, 4.0, 8.0, "then")


def test_the_tables_of_the_page_are_those_of_its_costs():
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, PLACES, known_costs()) == page
    with pytest.raises(ValueError, match="0 places for the table costs"):
        written(re.sub("<!-- costs -->", "", page), PLACES, known_costs())


def test_anyone_can_ask_for_a_place_of_their_own(capsys):
    assert main(["--people", "300000", "--documents", "50", "--simulate", "20"]) == 0
    told = capsys.readouterr().out
    assert "| operations at the hub, a second | 15 |" in told
    assert re.search(r"^\| 300,000 people: processes \| (\d+) \| \1 \|$", told, re.MULTILINE)
