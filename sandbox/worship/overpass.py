"""Overpass over OpenStreetMap, with the faults of the real one.

Its faults:
- nodes with a position, ways and relations with a `center`
- some places without a name, and some with a name in another spelling than the register's
- a question that gives it less than two seconds is answered with HTTP 200, a `remark` and half of the places
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import Any

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.worship.mosques import MASJID, Known, mosques

AGENCY = "overpass"
QUESTION = re.compile(r"^\[out:json\]\[timeout:(\d+)\];")
AROUND = re.compile(r"\(around:(\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)\)")
LEAST = 2
KM_PER_DEGREE = 111.2
ABOUT = {"version": 0.6, "generator": "Overpass API (Contoh)"}
COPYRIGHT = "The data included in this document is from www.openstreetmap.org. The data is made available under ODbL."


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """Where questions are put."""
    control.register(AGENCY)

    async def interpreter(request: web.Request) -> web.StreamResponse:
        question = str((await request.post()).get("data", ""))

        async def answer(_: web.Request) -> web.Response:
            asked, around = QUESTION.match(question), AROUND.search(question)
            if not asked or not around:
                return web.Response(status=400, text="<html>parse error</html>", content_type="text/html")
            radius, latitude, longitude = map(float, around.groups())
            elements = [_element(each) for each in mosques() if _within(each, latitude, longitude, radius / 1000)]
            as_of = (now() - timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
            body: dict[str, Any] = {**ABOUT, "osm3s": {"timestamp_osm_base": as_of, "copyright": COPYRIGHT}}
            if int(asked[1]) < LEAST:
                remark = f'runtime error: Query timed out in "query" at line 1 after {asked[1]} seconds.'
                return web.json_response({**body, "elements": elements[::2], "remark": remark})
            return web.json_response({**body, "elements": elements})

        return await control.answer(AGENCY, "places of worship", request, answer)

    return [web.post(f"/{AGENCY}/interpreter", interpreter)]


def _within(mosque: Known, latitude: float, longitude: float, kilometres: float) -> bool:
    north = (mosque.latitude - latitude) * KM_PER_DEGREE
    east = (mosque.longitude - longitude) * KM_PER_DEGREE * cos(radians(latitude))
    return mosque.on_the_map and hypot(north, east) <= kilometres


def _element(mosque: Known) -> dict[str, Any]:
    tags = {"amenity": "place_of_worship", "religion": "muslim"}
    if mosque.number % 13 != 7:
        tags["name"] = mosque.name.replace("Mushalla", "Musholla")
    if mosque.kind == MASJID:
        tags["building"] = "mosque"
    position = {"lat": mosque.latitude, "lon": mosque.longitude}
    sort = ("node", "way", "node", "node", "relation")[mosque.number % 5]
    at = position if sort == "node" else {"center": position}
    return {"type": sort, "id": 9_900_000_000 + mosque.number, **at, "tags": tags}
