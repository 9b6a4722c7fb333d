"""The access matrix: every field and its audiences."""

from auth.caller import Audience
from auth.policies import administrators, public
from resolvers.platform import access
from schema.kit.access import object_type
from schema.kit.categories import PersonalCategory
from schema.kit.fields import field
from schema.kit.paging import ConnectionType


@object_type(administrators, "A field of the schema, and the audiences that may read it.")
class FieldAccessType:
    type_name: str = field("The type of the field.")
    field_name: str = field("Its name.")
    audiences: list[Audience] = field("The audiences whose schema has it.")
    reason: str = field("Why these audiences may read it.")
    category: PersonalCategory | None = field("The category, if the field is personal. Then each reading is recorded.")
    masked: bool = field("Whether it is masked, unless the caller asks for the full value and is allowed to read it.")
    rules: list[list[str]] = field(
        "The rules under which it is given. One rule is enough; all conditions of that rule must hold."
    )


@object_type(public)
class AccessQuery:
    access_policy: ConnectionType[FieldAccessType] | None = field(
        "Every field of the schema, with the audiences that may read it and the reason, by type and name.",
        resolver=access.access_policy,
        weight=10,
        arguments={"audience": "Only fields in the schema of this audience."},
        policy=administrators,
    )
