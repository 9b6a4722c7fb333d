"""The numbers of the agencies: their calls, their breakers, their findings, and what was served of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric
from prometheus_client.registry import Collector

from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.findings import Finding
from connectors.kit.observer import BreakerState, Observer, Outcome
from connectors.kit.reading import State
from engine.telemetry.scales import AGES, CALLS, Children

LABELS = ("agency", "domain")


class AgencyMetrics(Observer, Collector):
    """Counts for each agency. All of it is in the event loop, a few microseconds for a call.

    What is served is counted most often. It goes into its metric when that is shown.
    """

    def __init__(self, registry: CollectorRegistry, clock: Clock) -> None:
        registry.register(self)
        self._clock = clock
        self._known: dict[str, Agency] = {}
        self._of: dict[str, _OfAgency] = {}
        self.calls = Counter(
            "simpul_agency_calls", "Calls that ended.", (*LABELS, "question", "outcome"), registry=registry
        )
        self.seconds = Histogram(
            "simpul_agency_call_seconds", "Seconds of a call.", LABELS, buckets=CALLS, registry=registry
        )
        self.under_way = Gauge("simpul_agency_calls_under_way", "Calls under way.", LABELS, registry=registry)
        self.most = Gauge("simpul_agency_calls_most", "Calls that may be under way at once.", LABELS, registry=registry)
        self.refused = Counter(
            "simpul_agency_calls_refused", "Calls that the hub did not make.", (*LABELS, "why"), registry=registry
        )
        self.success = Gauge(
            "simpul_agency_last_success_timestamp_seconds", "When it last answered.", LABELS, registry=registry
        )
        self.breaker = Gauge(
            "simpul_agency_breaker", "1 for the state of its breaker.", (*LABELS, "state"), registry=registry
        )
        self.findings = Counter(
            "simpul_agency_findings", "What its protocol does not promise.", LABELS, registry=registry
        )
        self.readings = Counter(
            "simpul_readings", "Readings given to operations.", (*LABELS, "question", "state"), registry=registry
        )
        self.stale_ages = Histogram(
            "simpul_stale_reading_age_seconds", "Ages of stale readings.", LABELS, buckets=AGES, registry=registry
        )

    def know(self, agency: Agency) -> None:
        """Show this agency from the beginning, with zeros."""
        self._known[agency.code] = agency

    def forget(self, agency: Agency) -> None:
        """Show how it is no longer: it is configured no more, so nobody has to act on it. Its counts stay."""
        self._known.pop(agency.code, None)
        if of := self._of.pop(agency.code, None):
            of.show_served()
            mine = (agency.code, agency.domain)
            for each in (self.under_way, self.most, self.success):
                each.remove(*mine)
            for state in BreakerState:
                self.breaker.remove(*mine, state.value)

    def describe(self) -> Iterable[Metric]:
        """It has no metric of its own."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Make what is to be shown of agencies, also of those of which there is nothing to count yet.

        The registry asks it first.
        """
        for each in self._known.values():
            self._agency(each)
        for of in self._of.values():
            of.show_served()
        return ()

    @contextmanager
    def calling(self, agency: Agency, question: str) -> Iterator[Mapping[str, str]]:  # noqa: ARG002  the base's signature
        under_way = self._agency(agency).under_way
        under_way.inc()
        try:
            yield {}
        finally:
            under_way.dec()

    def call_ended(
        self,
        agency: Agency,
        question: str,
        outcome: Outcome,
        seconds: float,
        cause: str | None,  # noqa: ARG002  the base's signature
    ) -> None:
        of = self._agency(agency)
        of.calls[question, outcome].inc()
        of.seconds.observe(seconds)
        if outcome is Outcome.OK:
            of.success.set(self._clock.now().timestamp())

    def call_refused(self, agency: Agency, question: str, why: str) -> None:  # noqa: ARG002  the base's signature
        self._agency(agency).refused[why].inc()

    def breaker_changed(self, agency: Agency, state: BreakerState, cause: str | None) -> None:  # noqa: ARG002  the same
        self._agency(agency).breaks(state)

    def served(self, agency: Agency, question: str, state: State | None, age: float | None, times: int = 1) -> None:
        of = self._of.get(agency.code) or self._agency(agency)
        of.served[question, state] += times
        if state is State.STALE and age is not None:
            of.stale_ages.observe(age)

    def found(self, agency: Agency, finding: Finding) -> None:  # noqa: ARG002  the base's signature
        self._agency(agency).findings.inc()

    def _agency(self, agency: Agency) -> "_OfAgency":
        of = self._of.get(agency.code)
        if of is None:
            of = self._of[agency.code] = _OfAgency(self, agency)
        return of


class _OfAgency:
    """The children of one agency."""

    def __init__(self, all_of: AgencyMetrics, agency: Agency) -> None:
        mine = (agency.code, agency.domain)
        self.calls = Children[tuple[str, Outcome], Counter](
            lambda key: all_of.calls.labels(*mine, key[0], key[1].value)
        )
        self.seconds = all_of.seconds.labels(*mine)
        self.under_way = all_of.under_way.labels(*mine)
        self.refused = Children[str, Counter](lambda why: all_of.refused.labels(*mine, why))
        self.success = all_of.success.labels(*mine)
        self.findings = all_of.findings.labels(*mine)
        self.readings = Children[tuple[str, State | None], Counter](
            lambda key: all_of.readings.labels(*mine, key[0], key[1].value if key[1] else "NONE")
        )
        self.served = defaultdict[tuple[str, State | None], int](int)
        self.stale_ages = all_of.stale_ages.labels(*mine)
        self._breaker = {state: all_of.breaker.labels(*mine, state.value) for state in BreakerState}
        self.breaks(BreakerState.CLOSED)
        all_of.most.labels(*mine).set(agency.limits.concurrency)

    def show_served(self) -> None:
        """Add what was served to its metric."""
        for key, times in self.served.items():
            self.readings[key].inc(times)
        self.served.clear()

    def breaks(self, state: BreakerState) -> None:
        """Its breaker is in this state."""
        for each, gauge in self._breaker.items():
            gauge.set(each is state)
