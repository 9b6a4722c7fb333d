"""What runs (yang berjalan): feeds and caches, for administrators."""

from datetime import datetime

from auth.policies import administrators, public
from resolvers.platform import caches, feeds
from resolvers.platform.caches import CacheKind
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.paging import ConnectionType

enum(
    CacheKind,
    "CacheKind",
    "What a cache keeps (jenis tembolok).",
    {
        "READINGS": "What agencies said.",
        "ANSWERS": "Whole answers, as they were sent.",
        "DOCUMENTS": "Documents that were parsed and validated.",
    },
)


@object_type(administrators, "A feed of an agency, and the copy that the hub has of it (umpan).")
class FeedLineType:
    agency: str = field("The code of the agency.")
    agency_name: str = field("Its name.")
    name: str = field("The name of the feed.")
    domain: str = field("The subject that it serves, such as `jdih`.")
    documents: int = field("How many documents the copy has.")
    fetched_at: datetime | None = field("When a pass over the feed was last completed; null while none was.")
    age: int | None = field("How many seconds ago that was.")
    interval: int = field("After how many seconds the hub asks again.")
    due_at: datetime | None = field("When the next pass is due; null while none was completed.")
    problem: str | None = field("The code of the error that ended the last pass; null if it went well.")


@object_type(administrators, "A cache of the process that answers (tembolok), since the process began.")
class CacheLineType:
    kind: CacheKind = field("What it keeps.")
    entries: int | None = field("How many entries it has; null if the hubs share it in Redis.")
    kept: int | None = field("How many KiB they are; null if the hubs share it in Redis.")
    most: int | None = field("How many KiB they may be; null if the hubs share it in Redis.")
    hits: int = field("How many questions it answered.")
    misses: int = field("How many questions it did not answer.")
    hit_ratio: float | None = field("The part that it answered, from 0 to 1; null if nobody has asked.")


@object_type(public)
class RunningQuery:
    feeds: ConnectionType[FeedLineType] | None = field(
        "The feeds that the hub follows, and the copies that it has of them (umpan), by agency and name.",
        resolver=feeds.feeds,
        weight=50,
        arguments={
            "agency": "Only the feeds of this agency, by its code such as `jdih-kota`.",
            "failing": "Only feeds whose last pass failed.",
        },
        policy=administrators,
    )
    caches: ConnectionType[CacheLineType] | None = field(
        "The caches of the process that answers (tembolok). Other processes of the hub have their own.",
        resolver=caches.caches,
        arguments={},
        weight=5,
        policy=administrators,
    )
