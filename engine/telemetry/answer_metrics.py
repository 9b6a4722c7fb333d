"""The numbers of the answers that are kept whole."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge

from engine.telemetry.scales import Children


class AnswerMetrics:
    """Counts what became of each question: a `hit`, a `miss`, or a `bypass`, and why."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.hits = self.misses = 0
        counter = Counter(
            "simpul_answers",
            "Operations, by whether a whole answer was kept.",
            ("outcome", "reason"),
            registry=registry,
        )
        self._counts = Children[tuple[str, str], Counter](lambda key: counter.labels(*key))
        for known in (("hit", "memory"), ("miss", "made")):
            _ = self._counts[known]
        self._kept = Gauge("simpul_answers_kept", "Whole answers that are kept.", registry=registry)
        self._bytes = Gauge("simpul_answers_kept_bytes", "Bytes of the answers that are kept.", registry=registry)

    def watch(self, kept: Callable[[], int], size: Callable[[], int]) -> None:
        """How many are kept, and how large they are."""
        self._kept.set_function(kept)
        self._bytes.set_function(size)

    def count(self, outcome: str, reason: str, times: int = 1) -> None:
        """So many questions ended so."""
        self._counts[outcome, reason].inc(times)
        if outcome == "hit":
            self.hits += times
        elif outcome == "miss":
            self.misses += times
