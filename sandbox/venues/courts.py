"""Forty courts, halls and lanes that do not exist, and four weeks of their hours."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sandbox.kit.seed import city, draw, kecamatan, per_city

COUNT = 40
DAYS = 28
WIB = ZoneInfo("Asia/Jakarta")
UTC = ZoneInfo("UTC")

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SPORTS = ("Futsal", "Badminton", "Bola Basket", "Bola Voli", "Tenis", "Renang", "Sepak Bola", "Tenis Meja")

SWIMMING = "Renang"
CLOSED_ON_MONDAYS = 3
AFTER_MIDNIGHT = 8
TWO_HOURS = (14, 22)
NOBODY_KEEPS = 30
FREE_OF_CHARGE = (6, 38)


class Court(NamedTuple):
    """One of them; `opens` and `closes` are hours of a working day and of a day of the weekend."""

    number: int
    sport: str
    name: str
    area: str
    opens: tuple[int, int]
    closes: tuple[int, int]

    @property
    def reference(self) -> str:
        """By what its slots name it."""
        return f"https://gor.example/facility-uses/{self.number}"

    @property
    def id(self) -> int | str:
        """A number for every second one, a text for the others."""
        return self.number if self.number % 2 else f"F{self.number}"


@per_city
def courts() -> tuple[Court, ...]:
    """All of them, shared out over the kecamatan."""
    areas = kecamatan()
    made = []
    for number in range(1, COUNT + 1):
        sport, area = SPORTS[number % len(SPORTS)], areas[number % len(areas)].name
        opens = (8, 7) if number % 4 else (9, 6)
        closes = (25, 25) if number == AFTER_MIDNIGHT else (21, 22)
        made.append(Court(number, sport, f"{sport} Contoh {area} {number}", area, opens, closes))
    return tuple(made)


def facility(court: Court) -> dict[str, Any]:
    """Its `FacilityUse`."""
    chance = draw("court", court.number)
    return {
        "@context": "https://openactive.io/",
        "@type": "FacilityUse",
        "@id": court.reference,
        "name": court.name,
        "description": f"Lapangan contoh di {court.area}.",
        "facilityType": [
            {
                "@type": "Concept",
                "@id": f"https://openactive.io/facility-types#{court.sport.lower().replace(' ', '-')}",
                "prefLabel": court.sport,
                "inScheme": "https://openactive.io/facility-types",
            }
        ],
        "location": {
            "@type": "Place",
            "name": f"GOR Contoh {court.area}",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": f"Jl. Contoh No. {court.number}",
                "addressLocality": court.area,
                "addressRegion": city().name,
                "postalCode": "15000",
                "addressCountry": "ID",
            },
            "geo": {
                "@type": "GeoCoordinates",
                "latitude": round(city().latitude + chance.uniform(-0.08, 0.08), 6),
                "longitude": round(city().longitude - 0.01 + chance.uniform(-0.08, 0.08), 6),
            },
            "telephone": f"+6221555{1000 + court.number}",
        },
        "provider": {"@type": "Organization", "name": "Dispora Contoh"},
        "hoursAvailable": [_opening(court, days, index) for index, days in enumerate((_workdays(court), WEEK[5:]))],
        "beta:keepers": [] if court.number == NOBODY_KEEPS else _keepers(court),
    }


@per_city
def slots(today: date) -> tuple[tuple[str, dict[str, Any]], ...]:
    """All `Slot`s of four weeks from this day on, by their ids."""
    made = []
    for court in courts():
        length = 2 if court.number in TWO_HOURS else 1
        chance = draw("slots", court.number)
        for day in (today + timedelta(days=ahead) for ahead in range(DAYS)):
            if WEEK[day.weekday()] not in (*_workdays(court), *WEEK[5:]):
                continue
            weekend = day.weekday() > 4
            last = court.closes[weekend] - (2 if court.number == AFTER_MIDNIGHT else 0)
            made += [
                _slot(court, day, hour, length, taken=chance.random() < 0.34)
                for hour in range(court.opens[weekend], last, length)
            ]
            if court.number == AFTER_MIDNIGHT:
                made.append(_slot(court, day, 23, 2, taken=False))
    return tuple(made)


def _slot(court: Court, day: date, hour: int, length: int, *, taken: bool) -> tuple[str, dict[str, Any]]:
    zone = UTC if court.number % 3 == 0 else WIB
    start = datetime(day.year, day.month, day.day, hour, tzinfo=WIB)
    name = f"S{court.number}-{day:%Y%m%d}-{hour:02d}"
    most = 20 if court.sport == SWIMMING else 1
    return name, {
        "@context": "https://openactive.io/",
        "@type": "Slot",
        "@id": f"https://gor.example/slots/{name}",
        "facilityUse": court.reference,
        "startDate": _written(start.astimezone(zone)),
        "endDate": _written((start + timedelta(hours=length)).astimezone(zone)),
        "duration": f"PT{length}H",
        "remainingUses": 0 if taken else most - (hour % 3 if most > 1 else 0),
        "maximumUses": most,
        "offers": [
            {
                "@type": "Offer",
                "@id": f"https://gor.example/slots/{name}#/offers/1",
                "price": _price(court, day, length),
                "priceCurrency": "IDR",
            }
        ],
    }


def slot_name(address: str) -> str:
    """The id of the slot whose `@id` this is."""
    return address.rpartition("/")[2]


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _price(court: Court, day: date, length: int) -> int | str:
    """Dearer at the weekend; some write it as a text with decimals."""
    if court.number in FREE_OF_CHARGE:
        return 0
    price = (60_000 + court.number % 7 * 15_000) * length * (5 if day.weekday() > 4 else 4) // 4
    return f"{price}.00" if court.number % 5 == 0 else price


def _workdays(court: Court) -> tuple[str, ...]:
    return WEEK[1:5] if court.number == CLOSED_ON_MONDAYS else WEEK[:5]


def _opening(court: Court, days: tuple[str, ...], weekend: int) -> dict[str, Any]:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": [f"https://schema.org/{day}" for day in days],
        "opens": f"{court.opens[weekend]:02d}:00",
        "closes": f"{court.closes[weekend] % 24:02d}:00",
    }


def _keepers(court: Court) -> list[dict[str, Any]]:
    """Two shifts, every day."""
    shifts = (("06:00", "14:00"), ("14:00", "01:00"))
    return [
        {
            "@type": "Person",
            "name": f"Petugas Contoh {court.number * 2 + shift}",
            "telephone": f"+6221555{2000 + court.number * 2 + shift}",
            "dayOfWeek": [f"https://schema.org/{day}" for day in WEEK],
            "opens": opens,
            "closes": closes,
        }
        for shift, (opens, closes) in enumerate(shifts)
    ]
