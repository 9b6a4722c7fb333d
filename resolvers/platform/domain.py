"""The keys of apps: the node."""

from auth.api_key import ApiKey
from auth.policies import administrators
from connectors.kit.bilingual import Bilingual
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.platform import api_keys

DOMAIN = ResolverDomain(
    title=Bilingual(id="Simpul ini", en="The hub itself"),
    about=Bilingual(
        id="Mencari kembali apa pun menurut id-nya.",
        en="Finding anything again by its id.",
    ),
    nodes={ApiKey: NodeKind("ApiKey", api_keys.api_key, policy=administrators)},
)
