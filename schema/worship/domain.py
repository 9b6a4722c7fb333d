"""What is promised of prayer times, mosques and zakat."""

from connectors.worship.records import Mosques, PrayerTimeSource, Zakat
from schema.kit.domains import SchemaDomain
from schema.worship.mosques import MosquesQuery
from schema.worship.prayer_times import PrayerTimesQuery
from schema.worship.zakat import ZakatQuery

DOMAIN = SchemaDomain(queries={PrayerTimesQuery: PrayerTimeSource, MosquesQuery: Mosques, ZakatQuery: Zakat})
