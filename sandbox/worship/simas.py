"""SIMAS, the ministry's register of mosques, with the faults of the real one.

Its faults:
- a typology must be asked for; `perPage` is ignored
- the first row of each further page is the last one of the page before
- names with trailing and double blanks; a neighbour's row among the city's
- ids of provinces and regencies that are its own; no positions; details only with a login
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.seed import city
from sandbox.worship.mosques import MASJID, MUSHALLA, TYPOLOGIES, Known, mosques

AGENCY = "simas"
PROVINCE, REGENCY = "99", "9907"
PAGE = 9


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:  # noqa: ARG001  as all stand-ins
    """The list, and the details that nobody may see."""
    control.register(AGENCY)

    async def listed(request: web.Request) -> web.StreamResponse:
        kind, query = request.match_info["kind"], request.query

        async def answer(_: web.Request) -> web.Response:
            if kind not in TYPOLOGIES or not query.get("tipologi", "").isdigit():
                return web.json_response({"message": "tipologi wajib diisi"}, status=422)
            here = (query.get("prov"), query.get("kab")) == (PROVINCE, REGENCY)
            rows = registered(kind, int(query["tipologi"])) if here else []
            return web.json_response(_page(rows, int(query.get("page", "1"))))

        return await control.answer(AGENCY, f"{kind} {query.get('tipologi')} {query.get('page')}", request, answer)

    async def detail(_: web.Request) -> web.Response:
        return web.json_response({"message": "Unauthorized"}, status=401)

    return [
        web.get(f"/{AGENCY}/api/simas/wilayah/profil/{{kind}}", listed),
        web.get(f"/{AGENCY}/api/simas/{{kind:{MASJID}|{MUSHALLA}}}/{{id}}", detail),
    ]


def registered(kind: str, typology: int) -> list[dict[str, Any]]:
    """All rows of one typology, one of a neighbour among those of a Masjid Jami."""
    known = [each for each in mosques() if each.registered and (each.kind, each.typology) == (kind, typology)]
    rows = [_row(each) for each in known]
    if (kind, typology) == (MASJID, 5):
        rows.append(
            rows[0]
            | {"id": 999_000, "name": "Masjid Contoh Seberang", "kabupaten_name": city().neighbours[0].name.upper()}
        )
    return rows


def _page(rows: list[dict[str, Any]], page: int) -> dict[str, Any]:
    start = (page - 1) * PAGE
    sent = rows[start : start + PAGE]
    if page > 1 and sent:
        sent = [rows[start - 1], *sent]
    last = -(-len(rows) // PAGE)
    return {"data": sent, "meta": {"page": page, "perPage": PAGE, "total": len(rows), "totalPages": last}}


def _row(mosque: Known) -> dict[str, Any]:
    return {
        "id": 990_000 + mosque.number,
        "card": f"01.{mosque.typology}.99.99.01.{mosque.number:06}",
        "name": mosque.name.replace(" Contoh", "  Contoh") + " ",
        "address": None if mosque.number % 7 == 3 else f"Jl. Contoh No. {mosque.number + 1} ",
        "tipologi": TYPOLOGIES[mosque.kind][mosque.typology],
        "provinsi_name": city().province.upper(),
        "kabupaten_name": city().name.upper(),
        "kecamatan_name": mosque.kecamatan.upper(),
        "image": None,
    }
