"""The formulas: how long a request waits where requests come at random and several servers take them in turn."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Station(NamedTuple):
    """`servers` that take requests in the order of their arrival. Moments are in seconds, `rate` is a second.

    `mean` and `square` are the first two moments of the time that a server needs for a request.
    """

    rate: float
    servers: int
    mean: float
    square: float

    @property
    def load(self) -> float:
        """Erlang's load: how many servers would be busy on average."""
        return self.rate * self.mean

    @property
    def utilization(self) -> float:
        """The part of the time in which a server is busy; from 1 on, the queue grows without end."""
        return self.load / self.servers


def erlang_c(servers: int, load: float) -> float:
    """The part of the requests that have to wait (M/M/c), by the recursion of Erlang B, which cannot overflow."""
    if load >= servers:
        return 1.0
    blocked = 1.0
    for each in range(1, servers + 1):
        blocked = load * blocked / (each + load * blocked)
    return blocked / (1 - (load / servers) * (1 - blocked))


def mean_wait(station: Station) -> float:
    """Seconds in the queue. Exact for M/G/1 (Pollaczek and Khinchine) and M/M/c; else as Allen and Cunneen have it."""
    if station.utilization >= 1:
        return math.inf
    if not station.rate:
        return 0.0
    variation = station.square / station.mean**2 - 1
    waits = erlang_c(station.servers, station.load)
    return waits * station.mean / (station.servers - station.load) * (1 + variation) / 2


def wait_at(station: Station, part: float) -> float:
    """The wait that this part of the requests does not exceed. Exact for M/M/c; else with the factor of the mean."""
    if station.utilization >= 1:
        return math.inf
    waits = erlang_c(station.servers, station.load)
    if waits <= 1 - part:
        return 0.0
    among_those = mean_wait(station) / waits
    return among_those * math.log(waits / (1 - part))


def hit_ratio(rate: float, shares: Sequence[float], life: float) -> float:
    """The part of requests that find a kept answer: each document's is kept for `life` seconds from when it was made.

    With requests at random, one that makes the answer is followed by `rate x share x life` that find it.
    """
    return sum(share * (rate * share * life) / (1 + rate * share * life) for share in shares)


def zipf(documents: int, exponent: float) -> list[float]:
    """The share of each document in the requests, the most popular one first."""
    weights = [1 / number**exponent for number in range(1, documents + 1)]
    whole = sum(weights)
    return [each / whole for each in weights]
