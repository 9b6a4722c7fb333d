"""Requests for the keys of apps (permintaan kunci aplikasi)."""

from datetime import datetime

from auth.key_request import ApiKeyRequest as Request
from auth.key_request import KeyRequestState
from auth.policies import administrators, public, signed_in
from resolvers.platform import api_keys, key_requests
from resolvers.platform.policies import CONTACT, MY_KEYS
from schema.kit.access import object_type
from schema.kit.categories import ApiScope
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.platform.api_keys import ApiKeyType, NewApiKeyType

enum(
    KeyRequestState,
    "ApiKeyRequestState",
    "What has become of a request for a key (status permintaan kunci).",
    {
        "ASKED": "No administrator has decided yet (menunggu).",
        "GRANTED": "The person may collect the key (disetujui).",
        "REFUSED": "An administrator has refused it, with a reason (ditolak).",
        "COLLECTED": "The key was made and shown to the person, once (diambil).",
    },
)


@object_type(signed_in, "A request for the key of an app (permintaan kunci aplikasi).")
@node_of(Request)
class ApiKeyRequestType(NodeType):
    code: str = field("Its code.")
    state: KeyRequestState = field("What has become of it.")
    app: str = field("The code of the app.")
    purpose: str = field("What the app is for.")
    contact: str | None = field("How to reach the person who asks.", resolver=key_requests.contact, policy=CONTACT)
    origins: list[str] = field("The origins of web pages that are to use the key.")
    scopes: list[ApiScope] = field("What the app is to do for people; once granted, what it may do.")
    quota: int | None = field("The cost that was granted for a minute; null for the usual quota.")
    asked_at: datetime = field("When the person asked.")
    decided_at: datetime | None = field("When an administrator decided; null while none has.")
    decided_by: str | None = field(
        "The identity provider's name for the administrator who decided.", policy=administrators
    )
    reason: str | None = field("Why it was refused; null if it was not.")
    expires_at: datetime | None = field("When the granted key ends; null while none is granted.")
    api_key: ApiKeyType | None = field("The key; null while it is not collected.", resolver=key_requests.collected)


@object_type(signed_in)
class MyKeys:
    api_keys: ConnectionType[ApiKeyType] | None = field(
        "The keys that the person has collected and that are not revoked (kunci aplikasi saya), by app.",
        resolver=api_keys.my_api_keys,
        weight=20,
        arguments={},
        policy=MY_KEYS,
    )
    api_key_requests: ConnectionType[ApiKeyRequestType] | None = field(
        "The person's own requests for keys (permintaan kunci saya), the newest first.",
        resolver=key_requests.my_api_key_requests,
        weight=20,
        arguments={"state": "Only those in this state."},
        policy=MY_KEYS,
    )


@object_type(public)
class KeyRequestsQuery:
    api_key_requests: ConnectionType[ApiKeyRequestType] | None = field(
        "The requests for keys (permintaan kunci), the newest first.",
        resolver=key_requests.api_key_requests,
        weight=100,
        arguments={"state": "Only those in this state."},
        policy=administrators,
    )


@object_type(public)
class KeyRequestsMutation:
    request_api_key: ApiKeyRequestType | None = field(
        "Ask for a key for an app (minta kunci). An administrator decides, and then the person collects the key. A "
        "request that waits already is not made a second time.",
        resolver=key_requests.request_api_key,
        arguments={
            "app": "A code for the app: lower-case words joined by dashes, such as `notaris`. It must not be the code "
            "of somebody else's app.",
            "purpose": "What the app is for, in one line.",
            "contact": "How to reach the person or the office: an e-mail address, an https address or a telephone "
            "number. Only the person and administrators read it.",
            "origins": "The origins of web pages that are to use the key, such as `https://app.example`, 20 at most. "
            "Without one, no web page can use the key.",
            "scopes": "What the app is to do for people who sign in through it; by default nothing.",
        },
        types={"scopes": list[ApiScope], "origins": list[str]},
        policy=MY_KEYS,
    )
    grant_api_key: ApiKeyRequestType | None = field(
        "Grant a request for a key. The person collects the key; no administrator sees it.",
        resolver=key_requests.grant_api_key,
        arguments={
            "code": "The code of the request, such as `3f9a0c71d2e4`.",
            "quota": "The cost that the app may spend in a minute; by default the usual quota.",
            "scopes": "What the app may do for a person; by default what was asked for.",
            "expires_at": "When the key ends: by default in one year, at most in two.",
        },
        types={"scopes": list[ApiScope] | None},
        policy=administrators,
    )
    refuse_api_key: ApiKeyRequestType | None = field(
        "Refuse a request for a key, with a reason that the person reads.",
        resolver=key_requests.refuse_api_key,
        arguments={"code": "The code of the request, such as `3f9a0c71d2e4`.", "reason": "Why, in one line."},
        policy=administrators,
    )
    collect_api_key: NewApiKeyType | None = field(
        "Collect the key of an own request that was granted (ambil kunci). It is made now and shown this once.",
        resolver=key_requests.collect_api_key,
        arguments={"code": "The code of the request, such as `3f9a0c71d2e4`."},
        policy=MY_KEYS,
    )
