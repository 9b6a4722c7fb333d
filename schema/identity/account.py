"""The person who asks, and what that person may see."""

from datetime import datetime

from auth.account import Session
from auth.caller import Audience
from auth.policies import officers, owner, personal, public, scope, signed_in
from connectors.identity.records import Residence as Registered
from connectors.regions.records import DottedCode
from resolvers.identity import account, policies
from resolvers.identity.policies import MY_AUDIT_LOG, MY_SESSIONS, RESIDENCE
from schema.kit.access import object_type
from schema.kit.categories import PersonalCategory
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import NIK, URL


@object_type(signed_in, "A place where the person is signed in (perangkat).")
@node_of(Session)
class DeviceSessionType(NodeType):
    code: str = field("Its code, by which it can be ended.")
    device: str | None = field("The kind of device.")
    system: str | None = field("Its operating system.")
    browser: str | None = field("The browser or app.")
    began_at: datetime | None = field("When the person signed in.")
    used_at: datetime | None = field("When it was last used.")
    current: bool = field("Whether it is the one that asks.")


@object_type(signed_in, "A reading of the person's data (akses atas data pribadi).")
class DataUsageType:
    code: str = field("Its number in the record.")
    read_at: datetime = field("When it was read.")
    text: str = field("Who read what, as a sentence, in the language of the request.")
    categories: list[PersonalCategory] = field("What kinds of data were read; values are not recorded.")
    audience: Audience = field("Who the reader was to the hub.")
    by_oneself: bool = field("Whether it was the person.")
    agency: str | None = field("The code of the agency for which an officer read it.")
    app: str | None = field("The code of the app that asked.")
    purpose: str | None = field("What it was read for (tujuan), as the reader declared.")
    legal_basis: str | None = field("The law by which that is allowed (dasar hukum).")
    case: str | None = field("The reader's reference of the case (nomor perkara).")
    operation: str | None = field("The name of the GraphQL operation.")
    document: str | None = field("The SHA-256 of its document.")


enum(
    Registered,
    "ResidenceStatus",
    "Whether a person lives in a region, by the civil registry (hasil verifikasi).",
    {
        "CONFIRMED": "The registry has the person there (sesuai).",
        "ELSEWHERE": "The registry has the person, and not there (tidak sesuai).",
        "NOT_FOUND": "The registry has no valid entry for the number: none at all, a double one, or a closed one.",
    },
)


@object_type(signed_in, "Where the person lives, as far as the civil registry confirms it (domisili).")
class ResidenceType:
    status: Registered = field("What the registry says; what the number begins with says nothing.")
    within: DottedCode = field("The region that was asked about.")
    checked_at: datetime = field("When the registry said so.")
    objection: str = field("How to object to it (sanggahan), in the language of the request.")
    objection_url: URL | None = field("Where to object, if there is such a page.")
    source: SourceType = field("The registry's system, and how old its answer is.")


@object_type(signed_in, "The person who asks (pemilik akun).")
@node_of(account.Me)
class MeType(NodeType):
    audience: Audience = field("Whose schema this person sees.")
    nik: NIK | None = field(
        "The person's NIK, masked; null where the identity provider does not say it.",
        resolver=account.nik,
        policy=personal(signed_in, policies.NIK, (owner, scope(policies.NIK)), mask=account.masked_nik),
    )
    pseudonym: str | None = field(
        "What this app knows the person by: always the same here, and another for each app; null without an app.",
        resolver=account.pseudonym,
    )
    residence: ResidenceType | None = field(
        "Whether the civil registry has the person in this city, or in a part of it; it is asked each time, so only a "
        "few times a day. Null where the identity provider does not say the NIK.",
        resolver=account.residence,
        arguments={
            "within": "A kecamatan or kelurahan of the city instead of all of it, by its code such as `36.71.05`."
        },
        policy=personal(signed_in, RESIDENCE, (owner, scope(RESIDENCE))),
    )
    agency: str | None = field("The code of the agency that the officer works for.", policy=officers)
    devices: ConnectionType[DeviceSessionType] | None = field(
        "Where the person is signed in, the last used first; null with a coded error where the identity provider does "
        "not say.",
        resolver=account.devices,
        policy=MY_SESSIONS,
    )
    data_usage: ConnectionType[DataUsageType] | None = field(
        "Who read the person's data, newest first (catatan akses); reading it is recorded too.",
        resolver=account.data_usage,
        arguments={"since": "Only what was read then or later.", "until": "Only what was read before."},
        policy=MY_AUDIT_LOG,
    )


@object_type(public)
class IdentityQuery:
    me: MeType | None = field("The person who asks (pemilik akun).", resolver=account.me, policy=signed_in)


@object_type(public)
class IdentitySubscription:
    data_read: DataUsageType = field(
        "Somebody has read the person's data; told within seconds, but for the person's own reading of the record.",
        resolver=account.data_read,
        policy=MY_AUDIT_LOG,
    )


@object_type(public)
class IdentityMutation:
    end_device_session: MeType | None = field(
        "End one of the person's own sessions. It is given no new access token; the one that it has ends by itself.",
        resolver=account.end_device_session,
        arguments={
            "code": "The code of the session, from `me.devices`, such as `6f0c1a52-0000-4000-8000-000000000001`."
        },
        policy=MY_SESSIONS,
    )
