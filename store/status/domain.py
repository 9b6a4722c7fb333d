"""The status of agencies has no feed, but background work that keeps when one goes and when it returns."""

from store.kit.domains import Background, StoreDomain, Surroundings
from store.status.changes import StatusChanges
from store.status.watcher import StatusWatcher


def _watcher(around: Surroundings) -> Background:
    return StatusWatcher(around.store.of(StatusChanges), around.agencies, around.store.copies, around.clock)


DOMAIN = StoreDomain(background=(_watcher,))
