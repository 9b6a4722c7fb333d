"""The matrix of fields by audience."""

from auth.caller import Audience
from auth.policies import administrators, public
from resolvers import access
from schema.access import object_type
from schema.fields import field
from schema.paging import Connection


@object_type(administrators, "A field of the schema, and who may read it.")
class FieldAccess:
    type_name: str = field("The type that it is a field of.")
    field_name: str = field("Its name.")
    audiences: list[Audience] = field("In whose schemas it is.")
    reason: str = field("Why.")


@object_type(public)
class AccessQuery:
    access_policy: Connection[FieldAccess] | None = field(
        "Every field of the schema with who may read it and why, by type and name.",
        resolver=access.access_policy,
        arguments={"audience": "Only fields that are in this audience's schema."},
        policy=administrators,
    )
