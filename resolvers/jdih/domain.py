"""Regulations: the node."""

from resolvers.jdih import regulations
from resolvers.kit.domains import NodeKind, ResolverDomain

DOMAIN = ResolverDomain(
    nodes={
        regulations.PublishedRegulation: NodeKind(
            "Regulation", lambda ctx, code: regulations.regulation(None, ctx, code=code)
        ),
    },
)
