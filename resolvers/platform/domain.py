"""The keys of apps: the node."""

from auth.api_key import ApiKey
from auth.policies import administrators
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.platform import api_keys

DOMAIN = ResolverDomain(nodes={ApiKey: NodeKind("ApiKey", api_keys.api_key, policy=administrators)})
