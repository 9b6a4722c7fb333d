"""The store of complaints: no copies, but a background worker that delivers the outbox."""

from collections.abc import Iterator

from connectors.complaints.records import ComplaintDesk
from connectors.registry import Agencies
from store.complaints.deliverer import AnyDesk, Deliverer
from store.complaints.outbox import Outbox
from store.kit.domains import Background, StoreDomain, Surroundings


class _Desks:
    """Those that are configured now."""

    def __init__(self, agencies: Agencies) -> None:
        self._agencies = agencies

    def __iter__(self) -> Iterator[AnyDesk]:
        return iter(self._agencies.of(ComplaintDesk))


def _deliverer(around: Surroundings) -> Background:
    desks = _Desks(around.agencies)
    return Deliverer(around.store.of(Outbox), desks, cover=around.cover, clock=around.clock)


DOMAIN = StoreDomain(background=(_deliverer,))
