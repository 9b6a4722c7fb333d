"""The matrix of fields by audience."""

from auth.caller import Audience
from auth.policies import administrators, public
from resolvers.platform import access
from schema.kit.access import object_type
from schema.kit.categories import PersonalCategory
from schema.kit.fields import field
from schema.kit.paging import ConnectionType


@object_type(administrators, "A field of the schema, and who may read it.")
class FieldAccessType:
    type_name: str = field("The type that it is a field of.")
    field_name: str = field("Its name.")
    audiences: list[Audience] = field("In whose schemas it is.")
    reason: str = field("Why they may read it.")
    category: PersonalCategory | None = field(
        "The kind of personal data, where it is personal: then each reading is recorded."
    )
    masked: bool = field("Whether it is masked unless the whole is asked for and allowed.")
    rules: list[list[str]] = field("By which rules it is given: one of them, each with all of its conditions.")


@object_type(public)
class AccessQuery:
    access_policy: ConnectionType[FieldAccessType] | None = field(
        "Every field of the schema with who may read it and why, by type and name.",
        resolver=access.access_policy,
        arguments={"audience": "Only fields that are in this audience's schema."},
        policy=administrators,
    )
