"""The nodes of the status, for the tests of ids."""

from auth.caller import Audience

ASKED = {
    "AgencyStatus": (Audience.PUBLIC, "{ agencies(first: 1) { nodes { id } } }"),
    "Announcement": (
        Audience.ADMIN,
        """mutation { announceMaintenance(agency: "karirhub", startsAt: "2026-11-24T01:00:00Z",
             endsAt: "2026-11-24T02:00:00Z", indonesian: "Pemeliharaan", english: "Maintenance") { id } }""",
    ),
}
