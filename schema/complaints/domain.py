"""What is promised of complaints."""

from connectors.complaints.records import ComplaintDesk, TrackedDesk
from schema.complaints.complaints import TrackedQuery
from schema.complaints.sent import ComplaintsMutation, MyComplaints, SentQuery
from schema.complaints.topics import TopicsQuery
from schema.identity.account import MeType
from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain(
    queries={TopicsQuery: ComplaintDesk, SentQuery: ComplaintDesk, TrackedQuery: TrackedDesk},
    mutations=(ComplaintsMutation,),
    extensions={MeType: MyComplaints},
)
