"""The store of complaints: no copies, but a background worker that delivers the outbox."""

from connectors.complaints.records import ComplaintDesk
from store.complaints.deliverer import Deliverer
from store.complaints.outbox import Outbox
from store.kit.domains import Background, StoreDomain, Surroundings


def _deliverer(around: Surroundings) -> Background:
    desks = around.agencies.of(ComplaintDesk)
    return Deliverer(around.store.of(Outbox), desks, cover=around.cover, clock=around.clock)


DOMAIN = StoreDomain(background=(_deliverer,))
