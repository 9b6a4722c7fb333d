"""The person who asks, and what that person may see."""

from datetime import datetime

from auth.caller import Audience
from auth.policies import officers, public, signed_in
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


@object_type(signed_in, "The person who asks.")
class Me:
    audience: Audience = field("Whose schema this person sees.")
    nik: NIK | None = field("The person's NIK, masked; null where the identity provider does not say it.")
    agency: str | None = field("The code of the agency that the officer works for.", policy=officers)
    devices: Connection[DeviceSession] | None = field(
        "Where the person is signed in, the last used first; null with a coded error where the identity provider does "
        "not say.",
        resolver=me.devices,
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
        policy=signed_in,
    )
