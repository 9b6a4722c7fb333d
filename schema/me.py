"""The person who asks, and what that person may see."""

from auth.caller import Audience
from auth.policies import officers, public, signed_in
from resolvers import me
from schema.access import object_type
from schema.fields import field
from schema.scalars import NIK


@object_type(signed_in, "The person who asks.")
class Me:
    audience: Audience = field("Whose schema this person sees.")
    nik: NIK | None = field("The person's NIK, masked; null where the identity provider does not say it.")
    agency: str | None = field("The code of the agency that the officer works for.", policy=officers)


@object_type(public)
class MeQuery:
    me: Me | None = field("The person who asks.", resolver=me.me, policy=signed_in)
