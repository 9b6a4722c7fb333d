"""Regulations: the node."""

from connectors.kit.bilingual import Bilingual
from resolvers.jdih import regulations
from resolvers.jdih.sources import PublishedRegulation
from resolvers.kit.domains import NodeKind, ResolverDomain

DOMAIN = ResolverDomain(
    title=Bilingual(id="Peraturan", en="Regulations"),
    nodes={
        PublishedRegulation: NodeKind("Regulation", lambda ctx, code: regulations.regulation(None, ctx, code=code)),
    },
)
