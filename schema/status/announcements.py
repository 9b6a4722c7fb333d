"""Announcements (pengumuman) of maintenance and of expected recovery."""

from datetime import datetime

from auth.policies import administrators, public
from resolvers.status import announcements
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from store.status.announcements import Announcement, AnnouncementKind

enum(
    AnnouncementKind,
    "AnnouncementKind",
    "What is announced (jenis pengumuman).",
    {
        "MAINTENANCE": "The agency does not answer, or not always, from `startsAt` to `endsAt` (pemeliharaan).",
        "RECOVERY": "The agency is expected to answer again at `endsAt` (perkiraan pulih).",
    },
)

TEXTS = {
    "indonesian": "The text for people in Indonesian, on one line.",
    "english": "The same text in English.",
}


@object_type(public, "What administrators announce of an agency (pengumuman).")
@node_of(Announcement)
class AnnouncementType(NodeType):
    code: str = field("Its code, for changing and withdrawing it.")
    kind: AnnouncementKind = field("What is announced.")
    agency: str = field("The agency's code.")
    name: str = field("The name of the agency.", resolver=announcements.agency_name, weight=1)
    starts_at: datetime | None = field("When the maintenance begins; null for an expected recovery.")
    ends_at: datetime = field("When the maintenance ends, or when the agency is expected to answer again.")
    text: str = field("The announcement, in the language of the request.", resolver=announcements.text, weight=1)
    made_at: datetime = field("When it was made.")
    changed_at: datetime | None = field("When it was last changed or withdrawn; null if it never was.")
    withdrawn_at: datetime | None = field("When it was withdrawn; null while it stands.")
    made_by: str = field("The identity provider's name for the administrator who made it.", policy=administrators)
    changed_by: str | None = field(
        "The identity provider's name for the administrator who last changed or withdrew it.", policy=administrators
    )


@object_type(public)
class AnnouncementsQuery:
    announcements: ConnectionType[AnnouncementType] | None = field(
        "The announcements that stand (pengumuman), by their ends. Those that are over or withdrawn are left out.",
        resolver=announcements.announcements,
        arguments={"agency": "Only those of the agency with this code, such as `bapenda`."},
    )


@object_type(public)
class AnnouncementsMutation:
    announce_maintenance: AnnouncementType | None = field(
        "Announce maintenance of an agency. The same times again change the text of the announcement that stands.",
        resolver=announcements.announce_maintenance,
        arguments={
            "agency": "The agency's code, such as `bapenda`.",
            "starts_at": "When it begins.",
            "ends_at": "When it ends: at most 31 days later, and in the next 366 days.",
            **TEXTS,
        },
        policy=administrators,
    )
    change_maintenance: AnnouncementType | None = field(
        "Give an announcement of maintenance other times and another text.",
        resolver=announcements.change_maintenance,
        arguments={
            "code": "Its code, such as `3f9a0c71d2e4`.",
            "starts_at": "When it begins.",
            "ends_at": "When it ends: at most 31 days later, and in the next 366 days.",
            **TEXTS,
        },
        policy=administrators,
    )
    announce_recovery: AnnouncementType | None = field(
        "Announce when an agency is expected to answer again. One that stands for the agency is changed.",
        resolver=announcements.announce_recovery,
        arguments={
            "agency": "The agency's code, such as `bapenda`.",
            "at": "When it is expected, in the next 366 days.",
            **TEXTS,
        },
        policy=administrators,
    )
    withdraw_announcement: AnnouncementType | None = field(
        "Withdraw an announcement; to withdraw it again changes nothing.",
        resolver=announcements.withdraw_announcement,
        arguments={"code": "Its code, such as `3f9a0c71d2e4`."},
        policy=administrators,
    )
