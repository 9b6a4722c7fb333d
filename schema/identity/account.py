"""The account of the caller, with the audit log and the sessions."""

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


@object_type(signed_in, "A session of the person on a device (perangkat).")
@node_of(Session)
class DeviceSessionType(NodeType):
    code: str = field("Its code, for ending it.")
    device: str | None = field("The kind of device.")
    system: str | None = field("Its operating system.")
    browser: str | None = field("The browser or app.")
    began_at: datetime | None = field("When the person signed in.")
    used_at: datetime | None = field("When it was last used.")
    current: bool = field("Whether it is the session of this request.")


@object_type(signed_in, "An entry of the audit log: somebody has read the person's data (akses atas data pribadi).")
class DataUsageType:
    code: str = field("Its number in the audit log.")
    read_at: datetime = field("When the data were read.")
    text: str = field("Who read what, as a sentence, in the language of the request.")
    categories: list[PersonalCategory] = field("Which categories of data were read. Values are not recorded.")
    audience: Audience = field("The audience of the reader.")
    by_oneself: bool = field("Whether the reader was the person.")
    agency: str | None = field("The code of the agency of the officer who read the data.")
    app: str | None = field("The code of the app that read the data.")
    purpose: str | None = field("The purpose (tujuan) that the reader declared.")
    legal_basis: str | None = field("The law that allows it (dasar hukum).")
    case: str | None = field("The reader's reference of the case (nomor perkara).")
    operation: str | None = field("The name of the GraphQL operation.")
    document: str | None = field("The SHA-256 of the GraphQL document.")


enum(
    Registered,
    "ResidenceStatus",
    "Whether a person lives in a region, by the civil registry (hasil verifikasi).",
    {
        "CONFIRMED": "The registry has the person there (sesuai).",
        "ELSEWHERE": "The registry has the person in another region (tidak sesuai).",
        "NOT_FOUND": "The registry has no valid entry for the number: it has none, two, or a closed one.",
    },
)


@object_type(signed_in, "Where the person lives, as far as the civil registry confirms it (domisili).")
class ResidenceType:
    status: Registered = field("What the registry says. The first digits of the NIK do not count.")
    within: DottedCode = field("The region that was checked.")
    checked_at: datetime = field("When the registry answered.")
    objection: str = field("How to object to the answer (sanggahan), in the language of the request.")
    objection_url: URL | None = field("Where to object, if there is such a page.")
    source: SourceType = field("The registry's system, and the age of its answer.")


@object_type(signed_in, "The person who has signed in (pemilik akun).")
@node_of(account.Me)
class MeType(NodeType):
    audience: Audience = field("The audience whose schema this person sees.")
    nik: NIK | None = field(
        "The person's NIK, masked; null if the identity provider does not give it.",
        resolver=account.nik,
        policy=personal(signed_in, policies.NIK, (owner, scope(policies.NIK)), mask=account.masked_nik),
    )
    pseudonym: str | None = field(
        "The name of the person for this app. It is always the same for one app and different for "
        "each app; null without an app.",
        resolver=account.pseudonym,
        weight=10,
    )
    residence: ResidenceType | None = field(
        "Whether the civil registry has the person in this city, or in a part of it. The registry is "
        "asked each time, so it can be asked only a few times a day. Null if the identity provider "
        "does not give the NIK.",
        resolver=account.residence,
        arguments={
            "within": "A kecamatan or kelurahan of the city instead of all of it, by its code such as `99.07.05`."
        },
        policy=personal(signed_in, RESIDENCE, (owner, scope(RESIDENCE))),
    )
    agency: str | None = field("The code of the agency for which the officer works.", policy=officers)
    devices: ConnectionType[DeviceSessionType] | None = field(
        "The sessions of the person, the last used first; null with a coded error if the identity "
        "provider does not answer.",
        resolver=account.devices,
        policy=MY_SESSIONS,
    )
    data_usage: ConnectionType[DataUsageType] | None = field(
        "The audit log of the person's data, newest first (catatan akses). Reading it is recorded too.",
        resolver=account.data_usage,
        arguments={"since": "Only entries from this moment on.", "until": "Only entries before this moment."},
        policy=MY_AUDIT_LOG,
    )


@object_type(public)
class IdentityQuery:
    me: MeType | None = field(
        "The person who has signed in (pemilik akun).", resolver=account.me, weight=10, policy=signed_in
    )


@object_type(public)
class IdentitySubscription:
    data_read: DataUsageType = field(
        "Somebody has read the person's data. The event comes within seconds. The person's own "
        "reading of the audit log is left out.",
        resolver=account.data_read,
        policy=MY_AUDIT_LOG,
    )


@object_type(public)
class IdentityMutation:
    end_device_session: MeType | None = field(
        "End one of the person's own sessions. The session gets no new access token; its present token ends by itself.",
        resolver=account.end_device_session,
        arguments={
            "code": "The code of the session, from `me.devices`, such as `6f0c1a52-0000-4000-8000-000000000001`."
        },
        policy=MY_SESSIONS,
    )
