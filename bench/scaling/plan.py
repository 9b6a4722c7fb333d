"""What a demand needs: processes, Redis, PostgreSQL, agencies; and what gives way first."""

import math
from typing import NamedTuple

from bench.scaling.demand import Costs, Demand
from bench.scaling.queues import Station, hit_ratio, mean_wait, wait_at, zipf

BUSIEST = 0.6
"""No process is planned to be busier than this in the busiest second."""
WAIT = 0.05
"""Seconds that 99 of 100 operations wait at most."""
PROCESS = "one process of the hub"


class Kind(NamedTuple):
    """Operations of one kind: their share, and the seconds of processor time of one."""

    name: str
    share: float
    seconds: float


class Resource(NamedTuple):
    """Something of which there is one: how much of it the busiest second takes."""

    name: str
    utilization: float


class Plan(NamedTuple):
    """What is needed in the busiest second."""

    rate: float
    hits: float
    kinds: list[Kind]
    station: Station
    redis: float
    commits: float
    calls: float
    personal_calls: float
    resources: list[Resource]

    @property
    def first(self) -> Resource:
        """What gives way first if there is one of each."""
        return max(self.resources, key=lambda each: each.utilization)

    @property
    def next(self) -> Resource:
        """What gives way first where there are as many processes of the hub as it needs."""
        return max((each for each in self.resources if each.name != PROCESS), key=lambda each: each.utilization)


def plan_of(demand: Demand, costs: Costs, *, cdn: float = 0.0) -> Plan:
    """For the busiest second. `cdn`: the part of public operations that a CDN answers."""
    asked = demand.peak
    public = asked * demand.public * (1 - cdn)
    rate = public + asked * (1 - demand.public)
    hits = hits_of(demand, public)
    shares = {
        "kept": public * hits / rate,
        "executed": public * (1 - hits) / rate,
        "citizen": asked * demand.citizen / rate,
        "personal": asked * demand.personal / rate,
        "booking": asked * demand.booking / rate,
    }
    kinds = [Kind(name, share, getattr(costs, name) / 1000) for name, share in shares.items()]
    mean = sum(each.share * each.seconds for each in kinds)
    square = sum(each.share * 2 * each.seconds**2 for each in kinds)
    station = fewest(rate, mean, square)
    recorded = asked * demand.personal
    orders = asked * demand.booking
    redis = rate * costs.redis_an_operation
    commits = recorded / costs.entries_a_commit + orders * 3
    calls = min(public * (1 - hits), demand.cities * demand.reads / demand.life) + recorded + orders
    seats = demand.agency_seats / demand.agency_seconds
    resources = [
        Resource(PROCESS, rate * mean),
        Resource("one Redis", redis / costs.redis_a_second),
        Resource("one PostgreSQL", commits / costs.commits_a_second),
        Resource("one record of readings", recorded / costs.recorded_a_second),
        Resource("the tax office of a city", recorded / demand.cities / seats),
        Resource("an agency of the whole country", recorded / seats),
    ]
    return Plan(rate, hits, kinds, station, redis, commits, calls, recorded, resources)


def fewest(rate: float, mean: float, square: float) -> Station:
    """The smallest number of processes that is not too busy and lets nobody wait for long."""
    servers = max(1, math.ceil(rate * mean / BUSIEST))
    while wait_at(Station(rate, servers, mean, square), 0.99) > WAIT:
        servers += 1
    return Station(rate, servers, mean, square)


def hits_of(demand: Demand, rate: float) -> float:
    """The part of public operations whose answer is kept. Each city has its own questions, and its part of the rate."""
    return hit_ratio(rate / demand.cities, zipf(demand.documents, demand.exponent), demand.life)


def response(plan: Plan) -> float:
    """Seconds at the hub on average: in the queue and at work."""
    return mean_wait(plan.station) + plan.station.mean
