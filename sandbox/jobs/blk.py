"""A training centre's page of vacancies, with the faults of real ones.

Vacancies stand in several scripts of JSON-LD, an `@graph` and an array, beside a script of the organisation and a
broken one. Types and salaries have each form that schema.org allows; ends are days or moments. Descriptions hold
markup, raw and escaped, with a script in it. Some vacancies are also at Karirhub, in another spelling. One has expired.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from sandbox.jobs.vacancies import code, vacancies
from sandbox.kit.control import Control
from sandbox.kit.seed import city

AGENCY = "blk-contoh"
LOCAL = timezone(timedelta(hours=7))

ALSO_ON_KARIRHUB = (1, 2, 4, 6)
"""Numbers of Karirhub's vacancies that are on this page too."""

OWN = (
    (
        "Operator Las (L/P)",
        "PT Contoh Baja",
        "FULL_TIME",
        {"minValue": 5_200_000, "maxValue": 5_900_000, "unitText": "MONTH"},
    ),
    ("Penjahit", "CV Contoh Busana", ["PART_TIME", "CONTRACTOR"], {"value": 35_000, "unitText": "HOUR"}),
    ("Teknisi AC", "PT Contoh Sejuk", "CONTRACTOR", 5_000_000),
    ("Juru Masak", "confidential", "FULL_TIME", None),
    ("Instruktur Komputer", "PT Contoh Belajar", "TEMPORARY", {"value": 150_000, "unitText": "DAY"}),
    ("Asisten Peneliti", "PT Contoh Riset", "OTHER", "rahasia"),
)
EXPIRED = 1
"""The number of further vacancies that have expired."""


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The route of the page."""
    control.register(AGENCY)

    async def listing(request: web.Request) -> web.StreamResponse:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(text=page(now()), content_type="text/html")

        return await control.answer(AGENCY, "lowongan", request, answer)

    return [web.get(f"/{AGENCY}/lowongan", listing)]


def page(now: datetime) -> str:
    """The current page."""
    graph = [{"@type": "WebSite", "name": "BLK Contoh"}, *own(now)]
    scripts = (
        json.dumps({"@context": "https://schema.org", "@type": "Organization", "name": "BLK Contoh"}),
        json.dumps({"@context": "https://schema.org", "@graph": graph}),
        '{"@context": "https://schema.org", "@type": "JobPosting", "title": "Rusak",',
        json.dumps(from_karirhub(now)),
    )
    marked = "".join(
        f'<script type="application/ld+json">{each.replace("</", "<" + chr(92) + "/")}</script>' for each in scripts
    )
    return f"<!doctype html><html lang=id><head><title>Lowongan</title></head><body>{marked}</body></html>"


def own(now: datetime) -> list[dict[str, Any]]:
    """The vacancies of this page alone, and one that has expired."""
    made = [
        _posting(
            f"LOK-{number}",
            title,
            company,
            now - timedelta(days=number + 1),
            now + timedelta(days=20 + number),
        )
        | {"employmentType": kind, "baseSalary": _salary(salary)}
        for number, (title, company, kind, salary) in enumerate(OWN)
    ]
    expired = _posting(
        "LOK-LAMA",
        "Penjaga Gudang",
        "PT Contoh Lama",
        now - timedelta(days=60),
        now - timedelta(days=5),
    )
    return [*made, expired]


def from_karirhub(now: datetime) -> list[dict[str, Any]]:
    """Vacancies that are also at Karirhub, in the spelling of this page."""
    rows = {row["id"]: row for row in vacancies(now)}
    return [_alike(number, rows[code(number)]) for number in ALSO_ON_KARIRHUB]


def _alike(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    published = datetime.fromtimestamp(row["published_at"], LOCAL)
    title, company = row["title"].upper(), row["company_name"].removeprefix("PT ")
    made = _posting(
        f"KH-{number}",
        f"{title} (L/P)",
        f"PT. {company}, Tbk",
        published - timedelta(days=2),
        published + timedelta(days=90),
    )
    return made | {"validThrough": (published + timedelta(days=90)).isoformat(), "educationRequirements": "SMA/SMK"}


def _posting(code: str, title: str, company: str, published: datetime, until: datetime) -> dict[str, Any]:
    return {
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": "BLK Contoh", "value": code},
        "title": title,
        "description": f"&lt;p&gt;Dicari {title} lulusan pelatihan.&lt;/p&gt;"
        if code.endswith("1")
        else f"<p>Dicari <b>{title}</b> lulusan pelatihan.</p><script>alert('contoh')</script>",
        "occupationalCategory": "Kejuruan",
        "datePosted": published.astimezone(LOCAL).date().isoformat(),
        "validThrough": until.astimezone(LOCAL).date().isoformat(),
        "hiringOrganization": company if company == "confidential" else {"@type": "Organization", "name": company},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": city().name,
                "addressRegion": city().province,
                "addressCountry": "ID",
            },
        },
        "url": f"https://blk.example/lowongan/{code.lower()}",
    }


def _salary(said: object) -> object:
    if isinstance(said, dict):
        return {"@type": "MonetaryAmount", "currency": "IDR", "value": {"@type": "QuantitativeValue", **said}}
    return said
