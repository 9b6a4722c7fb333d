"""Prayer times, mosques and zakat: how each is found again by its id, and what is exported."""

from auth.policies import public
from connectors.kit.bilingual import Bilingual
from resolvers.kit.domains import Export, NodeKind, ResolverDomain
from resolvers.kit.moments import day
from resolvers.worship import calendar, mosques, prayer_times, zakat

DOMAIN = ResolverDomain(
    title=Bilingual(id="Salat, masjid, dan zakat", en="Prayers, mosques and zakat"),
    about=Bilingual(
        id="Jadwal salat, masjid terdekat, nisab, dan tempat membayar zakat.",
        en="Prayer times, the nearest mosques, the nisab, and where zakat is paid.",
    ),
    nodes={
        prayer_times.PrayerTimes: NodeKind("PrayerTimes", prayer_times.prayer_times_with_code),
        prayer_times.Prayer: NodeKind("Prayer", prayer_times.prayer_with_code),
        mosques.MosqueAt: NodeKind("Mosque", lambda ctx, code: mosques.mosque(None, ctx, code=code)),
        zakat.CurrentRule: NodeKind("ZakatRule", lambda ctx, code: zakat.zakat_rule(None, ctx, code=code)),
        zakat.CurrentOffice: NodeKind("ZakatOffice", zakat.office_with_code),
    },
    exports=(
        Export(
            prayer_times.EXPORT,
            Bilingual(id="Jadwal salat", en="Prayer times"),
            {"since": day, "until": day, "kelurahan": calendar.region_code},
            calendar.prayer_listing,
            public,
            "Query.monthlyPrayerTimes",
        ),
    ),
)
