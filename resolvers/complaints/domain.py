"""Complaints: what is personal, and how each thing is found again by its id."""

from auth.policies import signed_in
from connectors.kit.bilingual import Bilingual
from resolvers.complaints import published, sent, topics
from resolvers.complaints.policies import COMPLAINTS, MY_COMPLAINTS
from resolvers.complaints.rules import DeskComplaint, DeskTopic, SentComplaint
from resolvers.kit.context import Context
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.kit.personal import allowed


async def _sent(ctx: Context, code: str) -> object | None:
    mine: object | None = await allowed(
        ctx, MY_COMPLAINTS, "Query.sentComplaint", lambda: sent.sent_complaint(None, ctx, code=code)
    )
    return mine


DOMAIN = ResolverDomain(
    title=Bilingual(id="Pengaduan", en="Complaints"),
    about=Bilingual(
        id="Topik pengaduan, pengaduan di sekitar sebuah tempat, serta mengirim dan mengikuti pengaduan sendiri.",
        en="Topics of complaints, complaints near a place, and sending and following complaints of your own.",
    ),
    nodes={
        DeskTopic: NodeKind("ComplaintTopic", lambda ctx, code: topics.complaint_topic(None, ctx, code=code)),
        DeskComplaint: NodeKind("Complaint", lambda ctx, code: published.complaint(None, ctx, code=code)),
        SentComplaint: NodeKind("SentComplaint", _sent, policy=signed_in, covered=True),
    },
    categories=(COMPLAINTS,),
)
