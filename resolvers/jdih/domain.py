"""Regulations: the node."""

from connectors.kit.bilingual import Bilingual
from resolvers.jdih import regulations
from resolvers.jdih.sources import PublishedRegulation
from resolvers.kit.domains import NodeKind, ResolverDomain

DOMAIN = ResolverDomain(
    title=Bilingual(id="Peraturan", en="Regulations"),
    about=Bilingual(
        id="Peraturan daerah, provinsi, dan negara, dengan hubungan antarperaturan, serta bantuan hukum.",
        en="Regulations of the city, the province and the state, how they relate, and legal aid.",
    ),
    nodes={
        PublishedRegulation: NodeKind("Regulation", lambda ctx, code: regulations.regulation(None, ctx, code=code)),
    },
)
