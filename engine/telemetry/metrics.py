"""The numbers of one hub, for Prometheus. docs/operations/monitoring.md says what each of them means.

Each has labels with few values: codes of agencies and names of reads from the configuration and the code, audiences,
kinds, root fields of the schema, codes of errors. A label never holds a document, an argument, or a text of a client.
"""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Metric,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.registry import Collector

from connectors.kit.clock import Clock
from engine.telemetry.agency_metrics import AgencyMetrics
from engine.telemetry.answer_metrics import AnswerMetrics
from engine.telemetry.scales import CALLS, WAITS, Children, observe
from store.kit.workers import StoreObserver

WITHOUT_PLAN = ("condition", "depth", "directive", "field", "fragment", "root", "size", "type")
"""Why an operation has no plan (engine/plans/plan.py)."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no type for it


class _Behind(Collector):
    """Has told what is counted behind, before anything else is collected."""

    def __init__(self, tell: Iterable[Callable[[], None]]) -> None:
        self._tell = tell

    def describe(self) -> Iterable[Metric]:
        """It has no metric of its own."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The registry asks it first."""
        for each in self._tell:
            each()
        return ()


class Metrics(StoreObserver):
    """All numbers of one hub, in a registry of its own. `domains` gives the domain of each root field.

    What counts `behind` its work is called before the numbers are read.
    """

    def __init__(self, clock: Clock, domains: Mapping[str, str] | None = None) -> None:
        self._domains = domains or {}
        self.behind: list[Callable[[], None]] = []
        self.registry = registry = CollectorRegistry()
        registry.register(_Behind(self.behind))
        self.agencies = AgencyMetrics(registry, clock)
        self.answers = AnswerMetrics(registry)
        self._count_operations(registry)
        self._count_the_hub(registry)
        for of_process in (ProcessCollector, PlatformCollector, GCCollector):
            of_process(registry=registry)

    def _count_operations(self, registry: CollectorRegistry) -> None:
        ended = Counter("simpul_operations", "Those that ended.", ("audience", "kind", "outcome"), registry=registry)
        self._operations = Children[tuple[str, str, str], Counter](lambda key: ended.labels(*key))
        seconds = Histogram(
            "simpul_operation_seconds", "Seconds of one.", ("audience", "kind"), buckets=CALLS, registry=registry
        )
        self._seconds = Children[tuple[str, str], Histogram](lambda key: seconds.labels(*key))
        errors = Counter("simpul_operation_errors", "Errors in answers.", ("code",), registry=registry)
        self._errors = Children[str, Counter](errors.labels)
        fields = Counter(
            "simpul_fields", "Root fields in answers.", ("kind", "domain", "field", "outcome"), registry=registry
        )
        self._fields = Children[tuple[str, str, str], Counter](
            lambda key: fields.labels(key[0], self._domains.get(key[1], "-"), *key[1:])
        )
        of_fields = Histogram(
            "simpul_field_seconds", "Seconds of a root field.", ("domain", "field"), buckets=CALLS, registry=registry
        )
        self._field_seconds = Children[str, Histogram](
            lambda field: of_fields.labels(self._domains.get(field, "-"), field)
        )
        self.under_way = Gauge("simpul_operations_under_way", "Operations that have not ended.", registry=registry)
        self.waiting = Gauge("simpul_operations_waiting", "Operations that wait for their turn.", registry=registry)
        self.subscriptions = Gauge("simpul_subscriptions_open", "Subscriptions that run.", registry=registry)
        asked = Counter("simpul_documents", "Documents that operations came with.", ("outcome",), registry=registry)
        self._documents = Children[str, Counter](asked.labels)
        _ = self._documents["hit"], self._documents["miss"]
        self._evicted = Counter("simpul_documents_evicted", "Prepared documents that left.", registry=registry)
        self.prepared_bytes = Gauge("simpul_documents_bytes", "Bytes of prepared documents.", registry=registry)
        refused = Counter("simpul_requests_refused", "Requests that began no operation.", ("code",), registry=registry)
        self._refused = Children[str, Counter](refused.labels)
        self.plan_compiled = Counter("simpul_plans_compiled", "Operations that were compiled.", registry=registry)
        missing = Counter("simpul_plans_missing", "Operations that ran without a plan.", ("reason",), registry=registry)
        self._missing = Children[str, Counter](missing.labels)
        for reason in WITHOUT_PLAN:
            _ = self._missing[reason]

    def _count_the_hub(self, registry: CollectorRegistry) -> None:
        waits = Histogram(
            "simpul_store_wait_seconds", "Seconds before its work began.", ("work",), buckets=WAITS, registry=registry
        )
        self._store_waits = Children[str, Histogram](waits.labels)
        seconds = Histogram(
            "simpul_store_seconds", "Seconds of its work, waits included.", ("work",), buckets=WAITS, registry=registry
        )
        self._store_seconds = Children[str, Histogram](seconds.labels)
        failures = Counter("simpul_store_failures", "Its work that failed.", ("work",), registry=registry)
        self._store_failures = Children[str, Counter](failures.labels)
        for work in ("read", "write"):
            _ = self._store_waits[work], self._store_seconds[work], self._store_failures[work]
        self.loop_lag = Histogram(
            "simpul_event_loop_lag_seconds", "Seconds that a timer was late.", buckets=WAITS, registry=registry
        )
        feed = ("agency", "domain", "feed")
        self.feed_lag = Gauge("simpul_feed_lag_seconds", "Age of the hub's copy.", feed, registry=registry)
        self.feed_failing = Gauge("simpul_feed_failing", "1 if its last pass failed.", feed, registry=registry)
        self.feed_documents = Gauge("simpul_feed_documents", "Documents of the copy.", feed, registry=registry)

    def store_ended(self, work: str, waited: float, seconds: float, *, failed: bool) -> None:
        self._store_waits[work].observe(waited)
        self._store_seconds[work].observe(seconds)
        if failed:
            self._store_failures[work].inc()

    def operation_ended(self, audience: str, kind: str, outcome: str, seconds: float | None) -> None:
        """One operation ended. A subscription has no `seconds`: it lasts as long as its client wants."""
        self._operations[audience, kind, outcome].inc()
        if seconds is not None:
            self._seconds[audience, kind].observe(seconds)

    def repeated(self, audience: str, fields: Iterable[str], seconds: float, times: int) -> None:
        """So many operations ended well, each with these root fields, and each took about so many seconds."""
        self._operations[audience, "query", "ok"].inc(times)
        observe(self._seconds[audience, "query"], seconds, times)
        for each in fields:
            self._fields["query", each, "ok"].inc(times)
            observe(self._field_seconds[each], 0.0, times)

    def field_ended(self, kind: str, field: str, outcome: str, seconds: float) -> None:
        """A root field stands in an answer."""
        self._fields[kind, field, outcome].inc()
        self._field_seconds[field].observe(seconds)

    def error_told(self, code: str) -> None:
        """An error stands in an answer."""
        self._errors[code].inc()

    def document_asked(self, *, known: bool) -> None:
        """An operation came with a document, which was prepared before if it is known."""
        self._documents["hit" if known else "miss"].inc()

    def document_evicted(self) -> None:
        """A prepared document is kept no longer."""
        self._evicted.inc()

    def request_refused(self, code: str) -> None:
        """A request began no operation."""
        self._refused[code].inc()

    def plan_missing(self, reason: str) -> None:
        """An operation ran without a plan."""
        self._missing[reason].inc()
