"""When something is open: one type for all domains."""

from datetime import time

from auth.policies import public
from connectors.kit.opening_hours import Weekday
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field

enum(
    Weekday,
    "Weekday",
    "A day of the week (hari).",
    {
        "MONDAY": "Monday (Senin).",
        "TUESDAY": "Tuesday (Selasa).",
        "WEDNESDAY": "Wednesday (Rabu).",
        "THURSDAY": "Thursday (Kamis).",
        "FRIDAY": "Friday (Jumat).",
        "SATURDAY": "Saturday (Sabtu).",
        "SUNDAY": "Sunday (Minggu).",
    },
)


@object_type(public, "From when to when on one day of the week, local time (jam buka).")
class OpeningHoursType:
    day: Weekday = field("The day.")
    opens: time = field("When it opens.")
    closes: time = field("When it closes; if that is at or before `opens`, it is after midnight.")
