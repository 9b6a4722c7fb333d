"""What is promised of the status of agencies."""

from schema.kit.domains import SchemaDomain
from schema.status.agencies import StatusQuery, StatusSubscription
from schema.status.announcements import AnnouncementsMutation, AnnouncementsQuery

DOMAIN = SchemaDomain(
    queries={StatusQuery: None, AnnouncementsQuery: None},
    mutations=(AnnouncementsMutation,),
    subscriptions=(StatusSubscription,),
)
