"""The same hub as events: operations at random, kept answers with a life, processes with one queue."""

import heapq
import math
import random
from bisect import bisect
from itertools import accumulate
from typing import NamedTuple

from bench.figures import percentile
from bench.scaling.demand import Costs, Demand
from bench.scaling.queues import zipf


class Simulated(NamedTuple):
    """What came of it. Times are in seconds."""

    operations: int
    hits: float
    utilization: float
    wait: float
    wait_p99: float
    response: float


def simulate(demand: Demand, costs: Costs, *, servers: int, seconds: float, seed: int, warm: float = 0.0) -> Simulated:
    """Serve the busiest second for so many `seconds`. What comes in the first `warm` seconds is not counted.

    Each operation needs a random time (exponential) with the mean that was measured for its kind. The processes share
    one queue and one store of kept answers.
    """
    chance = random.Random(seed)  # noqa: S311  no secret
    rate, ends = demand.peak, warm + seconds
    popular = list(accumulate(zipf(demand.documents, demand.exponent)))
    kept: dict[tuple[int, int], float] = {}
    free = [0.0] * servers
    now = busy = 0.0
    waits, responses, public, found = [], [], 0, 0
    while (now := now + chance.expovariate(rate)) < ends:
        drawn = chance.random()
        if drawn < demand.public:
            document = chance.randrange(demand.cities), bisect(popular, chance.random())
            hit = kept.get(document, -math.inf) > now
            if not hit:
                kept[document] = now + demand.life
            mean = costs.kept if hit else costs.executed
            if now >= warm:
                public, found = public + 1, found + hit
        elif drawn < demand.public + demand.citizen:
            mean = costs.citizen
        else:
            mean = costs.personal if drawn < 1 - demand.booking else costs.booking
        work = chance.expovariate(1000 / mean)
        begins = max(now, heapq.heappop(free))
        heapq.heappush(free, begins + work)
        if now >= warm:
            waits.append(begins - now)
            responses.append(begins - now + work)
            busy += work
    return Simulated(
        operations=len(waits),
        hits=found / public if public else 0.0,
        utilization=busy / seconds / servers,
        wait=sum(waits) / len(waits),
        wait_p99=percentile(waits, 0.99),
        response=sum(responses) / len(responses),
    )
