"""What apps use of the schema (pemakaian): for the app itself, and for administrators."""

from datetime import date, datetime

from auth.caller import Audience
from auth.policies import administrators, audience, public
from resolvers.platform import apps, usage
from resolvers.platform.policies import OF_APPS
from resolvers.platform.usage import OperationUseOrder
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.platform.api_keys import ApiKeyType

DAYS = "How many days back from today it counts, today included, 400 at most. Days begin at midnight in UTC."

enum(
    OperationUseOrder,
    "OperationUseOrder",
    "What comes first (urutan operasi).",
    {
        "COST": "What cost most in all.",
        "DEAREST": "What costs most each time.",
        "SLOWEST": "What takes longest, by its 95th percentile.",
        "COUNT": "What is asked most often.",
    },
)


@object_type(OF_APPS, "A field or an argument that an app uses (pemakaian bidang data). No value is counted.")
class FieldUseType:
    coordinate: str = field(
        "The field, as `Type.field`. Behind it an argument has its name and a colon, in parentheses."
    )
    app: str | None = field("The code of the app; null for all who ask without a key.")
    count: int = field("In how many answered operations it was named.")
    last_used_on: date = field("The last day of the use; of uses that are older than a month, no earlier than it was.")
    deprecated_on: date | None = field("Since when it is deprecated; null if it is not.")
    works_until_day: date | None = field("The last day on which it works; null if it is not deprecated.")
    replacement: str | None = field("The field to use instead; null if it is not deprecated.")


@object_type(OF_APPS, "An operation that was asked (pemakaian operasi), by the hash of its document.")
class OperationUseType:
    name: str | None = field("The name of the operation, as the client chose it; null if it has none.")
    document: str | None = field(
        "The SHA-256 of the document; null for those that are counted together because few asked them."
    )
    count: int = field("How often it was answered, kept answers included.")
    failed: int = field("How often there were errors in the answer.")
    cost: int = field("What it cost in all.")
    mean_cost: int = field("What it cost each time, on average.")
    most_cost: int = field("What it cost at most.")
    p50: int | None = field(
        "In how many milliseconds half of those were answered that were executed, rounded up to a step; null if all "
        "answers were kept ones."
    )
    p95: int | None = field("In how many milliseconds 95 of 100 of them were answered.")


@object_type(OF_APPS, "An app of a third party (aplikasi mitra), with its quota and what it uses.")
@node_of(apps.KnownApp)
class AppType(NodeType):
    code: str = field("Its code.")
    quota: int | None = field("The cost that it may spend in a minute; null where there is no bound.")
    spent_this_minute: int | None = field(
        "What it has spent of the quota in the last minute, this operation included with all that it may cost; null "
        "without a quota.",
        resolver=apps.spent_this_minute,
    )
    spent_today: int = field(
        "What its answered operations have cost since midnight in UTC.", resolver=apps.spent_today, weight=1
    )
    operations_today: int = field(
        "How many of its operations were answered since then.", resolver=apps.operations_today, weight=1
    )
    last_used_at: datetime | None = field(
        "When one of its keys was last used, as far as the processes of the hub have told each other.",
        resolver=apps.last_used_at,
    )
    keys: ConnectionType[ApiKeyType] | None = field(
        "Its valid keys, by code.", resolver=apps.keys, weight=1, arguments={}
    )
    field_uses: ConnectionType[FieldUseType] | None = field(
        "The fields that it uses, the most used first.",
        resolver=usage.field_uses_of_app,
        weight=50,
        arguments={"deprecated": "Only fields that are deprecated.", "days": DAYS},
    )
    operation_uses: ConnectionType[OperationUseType] | None = field(
        "The operations that it asks, 100 at most.",
        resolver=usage.operation_uses_of_app,
        weight=50,
        arguments={"order_by": "What comes first.", "days": DAYS},
    )


@object_type(public)
class UsageQuery:
    app: AppType | None = field(
        "The app that asks with its key (aplikasi ini): its quota, its keys, and what it uses.",
        resolver=apps.own_app,
        weight=100,
        policy=audience(Audience.PARTNER, because="It is about the app whose key was sent."),
    )
    apps: ConnectionType[AppType] | None = field(
        "The apps that have a valid key or that asked within 30 days (aplikasi mitra), by code.",
        resolver=apps.apps,
        weight=200,
        arguments={},
        policy=administrators,
    )
    field_uses: ConnectionType[FieldUseType] | None = field(
        "Which fields are used by whom (pemakaian bidang data), the most used first.",
        resolver=usage.field_uses,
        weight=200,
        arguments={
            "coordinate": "Only the uses of one field or argument, such as `Hospital.beds`.",
            "app": "Only the uses of this app, by its code such as `notaris`.",
            "deprecated": "Only fields that are deprecated.",
            "days": DAYS,
        },
        policy=administrators,
    )
    operation_uses: ConnectionType[OperationUseType] | None = field(
        "The operations that were asked (pemakaian operasi), over all apps and everybody else, 100 at most.",
        resolver=usage.operation_uses,
        weight=200,
        arguments={
            "app": "Only those of this app, by its code such as `notaris`.",
            "order_by": "What comes first.",
            "days": DAYS,
        },
        policy=administrators,
    )
