"""The keys of apps (kunci aplikasi): for administrators, and for the people and apps that have them."""

from datetime import datetime

from auth.api_key import ApiKey as Key
from auth.policies import administrators, public, signed_in
from resolvers.platform import api_keys
from resolvers.platform.policies import KEY_HOLDERS, MY_KEYS
from schema.kit.access import object_type
from schema.kit.categories import ApiScope
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType


@object_type(KEY_HOLDERS, "The key of a third party's app (kunci aplikasi mitra). It does not hold the key itself.")
@node_of(Key)
class ApiKeyType(NodeType):
    code: str = field("Its name in lists and logs, which reveals nothing of the key.")
    app: str = field("The app's code; an app may have several keys.")
    label: str = field("What the key is for.")
    scopes: list[ApiScope] = field("What the app may do for a person.")
    quota: int | None = field("The cost that the app may spend in a minute; null for the usual quota.")
    origins: list[str] = field("The origins of web pages that may use it; an empty list for a key that no page uses.")
    created_at: datetime = field("When it was made.")
    created_by: str = field(
        "The identity provider's name for the administrator who made or granted it.", policy=administrators
    )
    expires_at: datetime = field("When it ends by itself.")
    revoked_at: datetime | None = field("When it was revoked; null while it is not.")
    last_used_at: datetime | None = field(
        "When it was last used, as far as the processes of the hub have told each other; null if it never was.",
        resolver=api_keys.last_used_at,
    )
    replaced_by: str | None = field("The code of the key that came in its place; null while it was not rotated.")


@object_type(signed_in, "A key that was just made (kunci aplikasi baru).")
class NewApiKeyType:
    key: str = field("The key. It is shown this once: only a keyed hash of it is kept.")
    api_key: ApiKeyType = field("The entry of the key.")


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
        "Make a key for an app that nobody has asked for here. It belongs to no person.",
        resolver=api_keys.create_api_key,
        arguments={
            "app": "The app's code: lower-case words joined by dashes, such as `notaris`.",
            "label": "What the key is for, for people.",
            "scopes": "What the app may do for a person; by default nothing.",
            "quota": "The cost that the app may spend in a minute; by default the usual quota.",
            "origins": "The origins of web pages that may use it, such as `https://app.example`.",
            "expires_at": "When it ends: by default in one year, at most in two.",
        },
        types={"scopes": list[ApiScope], "origins": list[str]},
        policy=administrators,
    )
    rotate_api_key: NewApiKeyType | None = field(
        "Replace one of the person's own keys by a new one with the same end. The old one goes on for the overlap.",
        resolver=api_keys.rotate_api_key,
        arguments={
            "code": "The code of the key, such as `3f9a0c71d2e4`.",
            "overlap_hours": "For how many hours the old key goes on, 720 at most. With 0 it ends at once.",
        },
        policy=MY_KEYS,
    )
    revoke_api_key: ApiKeyType | None = field(
        "Revoke a key for good: an administrator any key, a person one of the own. All processes of the hub know it "
        "within about a second.",
        resolver=api_keys.revoke_api_key,
        arguments={"code": "Its code, such as `3f9a0c71d2e4`."},
        policy=signed_in,
    )
