"""Dukcapil's web service for agencies: verification by element, which answers only yes or no.

Source: several public apps of regional governments. Seen there: everything is HTTP 200. An element is answered with
`Sesuai (100)` or `Tidak Sesuai`. For a person who is not found, the row has `RESPON` instead. User and password stand
in the body, and `ip_user` must be the address that the agency was registered with. Reported, but not seen:
`RESPONSE_CODE` and `RESPONSE_DESC` in place of `RESPON`, refusals for a used-up quota, and such an answer for people
who have died or are entered twice. The elements of a region have the names of the service's own rows. The service
belongs in a private network.
"""

import re
from typing import ClassVar

from connectors.identity.records import Identity, IdentityOptions, Residence
from connectors.kit.call import Call
from connectors.kit.connector import Credentials
from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyThrottled
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import Row, many_records
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow

ROWS = Envelope(rows="content")
NOBODY = "0" * 16
"""The NIK of nobody: no province has the code 00."""

ELEMENTS = ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")
"""The elements of a place of residence, from the province to the kelurahan."""

ANSWER = re.compile(r"(tidak\s+)?sesuai(\s*\(\s*(\d{1,3})\s*\))?", re.IGNORECASE)
SAID_INSTEAD = ("RESPON", "RESPONSE_DESC")
NOT_THERE = re.compile(r"tidak ditemukan|meninggal|duplikat|ganda|tidak aktif", re.IGNORECASE)
REFUSED = re.compile(r"password|user|ip address|ip tidak|hak akses|tidak terdaftar|tidak berhak", re.IGNORECASE)
USED_UP = re.compile(r"kuota|quota|limit", re.IGNORECASE)
NOT_OURS = "NIK RESPONSE_CODE lastPage numberOfElements".split()


class DukcapilCredentials(Credentials, frozen=True, kw_only=True):
    """The account that the ministry has given the agency."""

    user_id: str
    password: str


class DukcapilOptions(IdentityOptions, frozen=True, kw_only=True):
    """`institution`: the agency's name in the address, like `99-07`. `ip_user`: the registered address of the hub."""

    institution: str
    ip_user: str


class Dukcapil(Identity[DukcapilOptions, DukcapilCredentials]):
    """The registry, over Dukcapil's gateway."""

    protocol: ClassVar[str] = "dukcapil"

    def open(self, credentials: DukcapilCredentials) -> None:
        self._account = credentials
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[Residence]:
        return self.residence(NOBODY, self.regions.home)

    @read(ttl=NEVER_KEPT)
    async def residence(self, nik: str, region: str, /) -> Residence:
        codes = [int(code) for code in region.split(".")]
        asked = dict(zip(ELEMENTS, codes, strict=False))
        body = await self._http.json(
            Call(
                method="POST",
                path="/dukcapil/get_json/{institution}/{user}/CALL_VERIFY_BY_ELEMEN",
                into={"institution": self.options.institution, "user": self._account.user_id},
                json={
                    "NIK": nik,
                    **asked,
                    "user_id": self._account.user_id,
                    "password": self._account.password,
                    "ip_user": self.options.ip_user,
                },
                safe=True,
            )
        )
        rows = ROWS.open(body, self.agency.code)
        found = await many_records(
            rows, lambda row: self._residence(row, tuple(asked)), agency=self.agency.code, findings=self.findings
        )
        if len(found) != 1:
            raise AgencyChanged(self.agency.code, f"{len(found)} rows, expected one")
        return found[0]

    def _residence(self, row: Row, asked: tuple[str, ...]) -> Residence:
        row.ignore(*NOT_OURS)
        for key in SAID_INSTEAD:
            if row.has(key):
                return self._instead(row.text(key))
        same = [_same(row, element) for element in asked]
        return Residence.CONFIRMED if all(same) else Residence.ELSEWHERE

    def _instead(self, said: str) -> Residence:
        """What the service says instead of an answer. Its words may hold a number, so they are not repeated."""
        if NOT_THERE.search(said):
            return Residence.NOT_FOUND
        if USED_UP.search(said):
            raise AgencyThrottled(self.agency.code, "the quota of the agency is used up")
        if REFUSED.search(said):
            raise AgencyRejected(self.agency.code, "the account or the address is not accepted")
        raise AgencyChanged(self.agency.code, "words that are not known, instead of an answer")


def _same(row: Row, element: str) -> bool:
    """Whether the registry has the same value. Less than 100 per cent is not the same."""
    found = ANSWER.fullmatch(row.text(element))
    if found is None:
        raise BadRow(f"{element}: neither Sesuai nor Tidak Sesuai")
    return not found[1] and found[3] in (None, "100")
