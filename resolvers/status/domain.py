"""The status of agencies and the announcements: how each is found again by its id."""

from connectors.kit.bilingual import Bilingual
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.status import agencies, announcements
from resolvers.status.board import AgencyStatus
from store.status.announcements import Announcement

DOMAIN = ResolverDomain(
    title=Bilingual(id="Status instansi", en="Status of agencies"),
    about=Bilingual(
        id="Keadaan setiap sistem, pemeliharaan yang direncanakan, dan kapan sistem diperkirakan pulih.",
        en="How each system does, planned maintenance, and when a system is expected again.",
    ),
    nodes={
        AgencyStatus: NodeKind("AgencyStatus", agencies.agency),
        Announcement: NodeKind("Announcement", announcements.announcement),
    },
)
