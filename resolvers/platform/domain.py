"""The keys of apps: their nodes, and the category of personal data."""

from auth.api_key import ApiKey
from auth.key_request import ApiKeyRequest
from auth.policies import signed_in
from connectors.kit.bilingual import Bilingual
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.platform import api_keys, apps, key_requests
from resolvers.platform.apps import KnownApp
from resolvers.platform.policies import API_KEYS, KEY_HOLDERS, OF_APPS

DOMAIN = ResolverDomain(
    title=Bilingual(id="Simpul ini", en="The hub itself"),
    about=Bilingual(
        id="Mencari kembali apa pun menurut id-nya.",
        en="Finding anything again by its id.",
    ),
    nodes={
        KnownApp: NodeKind("App", apps.app_with_code, policy=OF_APPS),
        ApiKey: NodeKind("ApiKey", api_keys.api_key, policy=KEY_HOLDERS),
        ApiKeyRequest: NodeKind("ApiKeyRequest", key_requests.api_key_request, policy=signed_in),
    },
    categories=(API_KEYS,),
)
