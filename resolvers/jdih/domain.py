"""Regulations: the node."""

from resolvers.jdih import regulations
from resolvers.jdih.sources import PublishedRegulation
from resolvers.kit.domains import NodeKind, ResolverDomain

DOMAIN = ResolverDomain(
    nodes={
        PublishedRegulation: NodeKind("Regulation", lambda ctx, code: regulations.regulation(None, ctx, code=code)),
    },
)
