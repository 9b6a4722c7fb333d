"""SP4N-LAPOR!, the nation's complaint desk, as far as it is known.

Source: the code of one public integration of 2018. No current document of the ministry is public, and it was never seen
alive. Seen there:
- one call, which hands over a complaint; the token stands in the body, as a GUID in braces
- the last name is mandatory, so clients send `_`
- `rahasia` and `anonim` are attributes, "0" or "1"
- the answer has a `trackingid` for the citizen and a `transaksiid`

That client put texts into its XML as they were; here they are escaped.

The call takes no key, and no other call says what has arrived. So a complaint whose answer was lost is not sent again.
There is no list of topics: they stand in the configuration. There is no field for an address or a photo: they are added
to the text.
"""

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, ClassVar
from xml.etree import ElementTree as ET

import msgspec

from connectors.complaints.records import (
    ComplaintDesk,
    ComplaintOptions,
    Contact,
    DeskRefusal,
    Letter,
    Receipt,
    Topic,
    TopicField,
)
from connectors.kit.call import Call
from connectors.kit.command import command
from connectors.kit.connector import Credentials
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.signatures import unsigned
from connectors.kit.xml import XmlElement, xml_document

PATH = "/api/stream/addstream"
ACCEPTED = ("text/xml", "application/xml")
MEDIA = "text/xml; charset=UTF8"
TopicCode = Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,40}$")]
TopicName = Annotated[str, msgspec.Meta(pattern="[^ ]")]
TOPICS = {"umum": "Pengaduan umum"}
NOBODY = "_"
"""What is sent for a name that is not given."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class LaporOptions(ComplaintOptions, frozen=True, kw_only=True):
    """`topics`: the topics that people can choose, by codes of the city's own.

    `email`, `phone`: the city's own. They are sent for a person who gives none.
    """

    email: Annotated[str, msgspec.Meta(pattern="^[^@ ]+@[^@ ]+$")]
    phone: Annotated[str, msgspec.Meta(pattern="^[+]?[0-9][0-9 -]{4,20}$")]
    topics: Annotated[dict[TopicCode, TopicName], msgspec.Meta(min_length=1)] = msgspec.field(
        default_factory=TOPICS.copy
    )


class LaporCredentials(Credentials, frozen=True, kw_only=True):
    """The token of the institution, with or without its braces."""

    token: str


class Lapor(ComplaintDesk[LaporOptions, LaporCredentials]):
    """The nation's desk."""

    protocol: ClassVar[str] = "lapor"

    def open(self, credentials: LaporCredentials) -> None:
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)
        self._credentials = credentials

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Topic, ...]]:
        return self.topics()

    @property
    def keeps_secrets(self) -> bool:
        return True

    @property
    def recognises(self) -> bool:
        return False

    @read(ttl=NEVER_KEPT)
    async def topics(self) -> tuple[Topic, ...]:
        return tuple(
            Topic(code=code, name=name, description=None, group=None, keywords=(), asks_more=False)
            for code, name in self.options.topics.items()
        )

    @read(ttl=NEVER_KEPT)
    async def fields(self, topic: str) -> tuple[TopicField, ...]:  # noqa: ARG002  none of them has any
        return ()

    @command
    async def settle(self, token: str) -> str | None:  # noqa: ARG002  the base's signature
        return None

    @command
    async def find(self, letter: Letter, since: datetime) -> tuple[Receipt, ...]:  # noqa: ARG002  the base's signature
        return ()

    @command
    async def send(self, letter: Letter) -> Receipt | DeskRefusal:
        if letter.topic not in self.options.topics:
            return DeskRefusal.NO_SUCH_TOPIC
        call = Call(method="POST", path=PATH, content=self._document(letter), media=MEDIA, accepts=ACCEPTED)
        body = await self._http.body(call)
        try:
            answer = await asyncio.to_thread(xml_document, body or b"")
        except ValueError:
            raise AgencyChanged(self.agency.code, f"{PATH}: {len(body or b'')} bytes that are not XML") from None
        found = dict(_texts(answer))
        number = found.get("trackingid")
        if not number or "transaksiid" not in found:
            raise AgencyChanged(self.agency.code, f"{PATH}: no trackingid and transaksiid")
        return Receipt(reference=number)

    def _document(self, letter: Letter) -> bytes:
        who = letter.contact or Contact(name=None)
        first, _blank, last = (who.name or "").strip().partition(" ")
        root = ET.Element("lapor", token="{" + self._credentials.token.strip("{}") + "}")
        person = ET.SubElement(root, "pelapor")
        for name, text in (
            ("email", who.email or self.options.email),
            ("telpon", who.phone or self.options.phone),
            ("namadepan", first or NOBODY),
            ("namabelakang", last.strip() or NOBODY),
        ):
            ET.SubElement(person, name).text = _FORBIDDEN.sub("", text)
        flags = {"rahasia": "1" if letter.secret else "0", "anonim": "1" if letter.anonymous else "0"}
        said = ET.SubElement(ET.SubElement(root, "laporan", flags), "isi")
        said.text = _FORBIDDEN.sub("", "\n".join(self._lines(letter)))
        document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return document

    def _lines(self, letter: Letter) -> Iterator[str]:
        yield letter.text
        yield f"Topik: {self.options.topics[letter.topic]}"
        if letter.address:
            yield f"Lokasi: {letter.address}"
        if letter.latitude is not None and letter.longitude is not None:
            yield f"Koordinat: {letter.latitude}, {letter.longitude}"
        if letter.photo:
            yield f"Foto: {letter.photo}"


def _texts(element: XmlElement) -> Iterator[tuple[str, str]]:
    """The texts of all elements, each with the element's name in small letters."""
    yield element.name.casefold(), element.text.strip()
    for child in element.children:
        yield from _texts(child)
