"""SP4N-LAPOR!, the nation's desk, as its old clients knew it: one call, which takes whatever is well-formed.

Its habits: the token in the body, in braces; an answer in XML with two numbers; the same complaint twice is two; who
does not fill in a last name is turned away.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary
from xml.etree import ElementTree as ET

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.credentials import account

AGENCY = "lapor"
TAKEN = "<lapor><status>ok</status><trackingid>{number:07}</trackingid><transaksiid>TX-{number}</transaksiid></lapor>"

_KNOWN: "WeakKeyDictionary[Control, list[LaporReport]]" = WeakKeyDictionary()


class LaporReport(NamedTuple):
    """What it was given."""

    text: str
    secret: bool
    anonymous: bool
    first_name: str
    last_name: str
    email: str
    phone: str


def reports_of(control: Control) -> list[LaporReport]:
    """All that one sandbox's desk was given."""
    return _KNOWN.setdefault(control, [])


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:  # noqa: ARG001  as all stand-ins
    """Its one call."""
    control.register(AGENCY)

    async def add(request: web.Request) -> web.StreamResponse:
        body = await request.read()

        async def answer(_: web.Request) -> web.Response:
            root = ET.fromstring(body)  # noqa: S314  of who tries out the sandbox
            if root.get("token") != "{" + account(AGENCY).secret + "}":
                return web.Response(status=403, text="<lapor><status>token</status></lapor>", content_type="text/xml")
            report = _report(root)
            if not report.last_name or not report.text:
                return web.Response(status=400, text="<lapor><status>data</status></lapor>", content_type="text/xml")
            reports_of(control).append(report)
            taken = TAKEN.format(number=9000 + len(reports_of(control)))
            return web.Response(text=taken, content_type="text/xml", charset="utf-8")

        return await control.answer(AGENCY, "addstream", request, answer)

    return [web.post(f"/{AGENCY}/api/stream/addstream", add)]


def _report(root: ET.Element) -> LaporReport:
    flags: dict[str, str] = next((each.attrib for each in root.iter("laporan")), {})
    return LaporReport(
        text=root.findtext("laporan/isi", ""),
        secret=flags.get("rahasia") == "1",
        anonymous=flags.get("anonim") == "1",
        first_name=root.findtext("pelapor/namadepan", ""),
        last_name=root.findtext("pelapor/namabelakang", ""),
        email=root.findtext("pelapor/email", ""),
        phone=root.findtext("pelapor/telpon", ""),
    )
