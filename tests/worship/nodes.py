"""How each kind of node of worship is asked for."""

from auth.caller import Audience

ASKED = {
    "PrayerTimes": (Audience.PUBLIC, "{ prayerTimes { id } }"),
    "Prayer": (Audience.PUBLIC, "{ nextPrayer { id } }"),
    "Mosque": (Audience.PUBLIC, "{ mosques(first: 1) { nodes { id } } }"),
    "ZakatRule": (Audience.PUBLIC, "{ zakatRules(first: 1) { nodes { id } } }"),
    "ZakatOffice": (Audience.PUBLIC, "{ zakatOffices(first: 1) { nodes { id } } }"),
}
