"""The keys of apps (kunci aplikasi): for who runs the hub."""

from datetime import datetime

from auth.api_key import ApiKey as Key
from auth.policies import administrators, public
from resolvers.platform import api_keys
from schema.kit.access import object_type
from schema.kit.categories import ApiScope
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType


@object_type(administrators, "A key by which an app of a third party is known (kunci aplikasi mitra).")
@node_of(Key)
class ApiKeyType(NodeType):
    code: str = field("Its name in lists and logs, which says nothing of the key itself.")
    app: str = field("The app's code; an app may have several keys.")
    label: str = field("What the key is for.")
    scopes: list[ApiScope] = field("What the app may do for a person.")
    quota: int | None = field("The cost that the app may ask for in a minute; null for what everybody has.")
    origins: list[str] = field("Pages of these origins may use it; none for a key that no page has.")
    created_at: datetime = field("When it was made.")
    created_by: str = field("The identity provider's name for the administrator who made it.")
    expires_at: datetime = field("When it ends by itself.")
    revoked_at: datetime | None = field("When it was revoked; null while it is not.")


@object_type(administrators, "A key that was just made (kunci aplikasi baru).")
class NewApiKeyType:
    key: str = field("The key. It is shown this once: only a keyed hash of it is kept.")
    api_key: ApiKeyType = field("What is known of it.")


@object_type(public)
class ApiKeysQuery:
    api_keys: ConnectionType[ApiKeyType] | None = field(
        "The keys of apps (kunci aplikasi), revoked ones too, by app.",
        resolver=api_keys.api_keys,
        weight=100,
        arguments={"app": "Only the keys of this app, by its code such as `notaris`."},
        policy=administrators,
    )


@object_type(public)
class ApiKeysMutation:
    create_api_key: NewApiKeyType | None = field(
        "Make a key for an app.",
        resolver=api_keys.create_api_key,
        arguments={
            "app": "The app's code: lower-case words joined by dashes, such as `notaris`.",
            "label": "What the key is for, for people.",
            "scopes": "What the app may do for a person; nothing of it if none are given.",
            "quota": "The cost that the app may ask for in a minute; what everybody has if none is given.",
            "origins": "Pages of these origins may use it, like `https://app.example`.",
            "expires_at": "When it ends: in a year if nothing is said, in two at most.",
        },
        types={"scopes": list[ApiScope], "origins": list[str]},
        policy=administrators,
    )
    revoke_api_key: ApiKeyType | None = field(
        "Close a key for good. Other processes of the hub know it within five seconds.",
        resolver=api_keys.revoke_api_key,
        arguments={"code": "Its code, such as `3f9a0c71d2e4`."},
        policy=administrators,
    )
