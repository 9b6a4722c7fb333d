"""Each domain that uses this part declares its own events."""

from resolvers.kit.domains import ResolverDomain

DOMAIN = ResolverDomain()
