"""The status of agencies and the announcements: how each is found again by its id."""

from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.status import agencies, announcements
from resolvers.status.board import AgencyStatus
from store.status.announcements import Announcement

DOMAIN = ResolverDomain(
    nodes={
        AgencyStatus: NodeKind("AgencyStatus", agencies.agency),
        Announcement: NodeKind("Announcement", announcements.announcement),
    },
)
