"""The person who asks, and what that person may see."""

from datetime import datetime

from auth.caller import Audience, Scope
from auth.policies import officers, owner, personal, public, scope, signed_in
from auth.usage import Category
from resolvers import me
from schema.access import object_type
from schema.fields import field
from schema.paging import Connection
from schema.scalars import NIK


@object_type(signed_in, "A place where the person is signed in (perangkat).")
class DeviceSession:
    code: str = field("By what it can be ended.")
    device: str | None = field("The kind of device.")
    system: str | None = field("Its operating system.")
    browser: str | None = field("The browser or app.")
    began_at: datetime | None = field("When the person signed in.")
    used_at: datetime | None = field("When it was last used.")
    current: bool = field("Whether it is the one that asks.")


@object_type(signed_in, "A reading of the person's data (akses atas data pribadi).")
class DataUsage:
    code: str = field("Its number in the record.")
    read_at: datetime = field("When.")
    text: str = field("Who read what, as a sentence, in the language of the request.")
    categories: list[Category] = field("What kinds of data were read; values are not recorded.")
    audience: Audience = field("As whom the reader came.")
    by_oneself: bool = field("Whether it was the person.")
    agency: str | None = field("The code of the agency for which an officer read it.")
    app: str | None = field("The code of the app that asked.")
    purpose: str | None = field("What it was read for (tujuan), as the reader declared.")
    legal_basis: str | None = field("The law by which that is allowed (dasar hukum).")
    case: str | None = field("The reader's reference of the case (nomor perkara).")
    operation: str | None = field("The name of the GraphQL operation.")
    document: str | None = field("The SHA-256 of its document.")


@object_type(signed_in, "The person who asks.")
class Me:
    audience: Audience = field("Whose schema this person sees.")
    nik: NIK | None = field(
        "The person's NIK, masked; null where the identity provider does not say it.",
        resolver=me.nik,
        policy=personal(signed_in, Category.NIK, (owner, scope(Scope.NIK)), mask=me.masked_nik),
    )
    pseudonym: str | None = field(
        "By what this app knows the person: always the same, and for each app another; null without an app.",
        resolver=me.pseudonym,
    )
    agency: str | None = field("The code of the agency that the officer works for.", policy=officers)
    devices: Connection[DeviceSession] | None = field(
        "Where the person is signed in, the last used first; null with a coded error where the identity provider does "
        "not say.",
        resolver=me.devices,
        policy=personal(signed_in, Category.SESSIONS, (owner, scope(Scope.SESSIONS))),
    )
    data_usage: Connection[DataUsage] | None = field(
        "Who read the person's data, newest first (catatan akses); reading it is recorded too.",
        resolver=me.data_usage,
        arguments={"since": "Only what was read then or later.", "until": "Only what was read before."},
        policy=personal(signed_in, Category.RECORD, (owner, scope(Scope.RECORD))),
    )


@object_type(public)
class MeQuery:
    me: Me | None = field("The person who asks.", resolver=me.me, policy=signed_in)


@object_type(public)
class MeMutation:
    end_device_session: Me | None = field(
        "End one of the person's own sessions. It gets no new access token; the one that it has ends by itself.",
        resolver=me.end_device_session,
        arguments={"code": "The code of the session, from `me.devices`."},
        policy=personal(signed_in, Category.SESSIONS, (owner, scope(Scope.SESSIONS))),
    )
