"""Open311 GeoReport v2: a city's complaint desk.

Source: the specification and its page of extensions; never seen alive. Said there:
- XML is the required format and JSON an option
- a list has the last 90 days or 1,000 requests, whichever is less, and no pages
- several requests are asked for by their numbers, with commas between them
- a POST is a form without a key, so each POST is a request of its own
- a service of the type `batch` answers with a token for a later number; one of the type `blackbox` answers nothing
- a desk also answers 400 if its own system is down
- with `extensions=true`, requests come with the `attributes` that were sent and with `notes`, their history

The hub sends its own name for a complaint in an attribute. If the answer to the POST is lost, the hub recognises the
request by that attribute. If the desk has no such attribute, the hub recognises a request with the same topic, text and
place since the first attempt.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, ClassVar, Literal, TypeVar

import msgspec

from connectors.complaints.open311_documents import error_code, json_values, rows_of, xml_values
from connectors.complaints.open311_letters import form_of, is_of, span_of
from connectors.complaints.open311_rows import (
    STATES,
    CarrierAttributes,
    to_complaint,
    to_contact,
    to_fields,
    to_receipt,
    to_settled,
    to_topic,
)
from connectors.complaints.records import (
    Complaint,
    ComplaintOptions,
    ComplaintState,
    Contact,
    DeskRefusal,
    Letter,
    Numbering,
    Receipt,
    Topic,
    TopicField,
    TrackedDesk,
)
from connectors.kit.call import JSON, Call
from connectors.kit.command import command
from connectors.kit.connector import Credentials, Mistake, Options
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import Row, many_records, one_record
from connectors.kit.signatures import unsigned

T = TypeVar("T")

XML = ("text/xml", "application/xml")
ABSENT = frozenset({404})
SAYS_WHY = frozenset({400, 404})
MOST = 1_000
"""Requests in one answer. An answer with so many may be incomplete."""
HALVINGS = 12
"""How often a span of time is halved. 90 days become half an hour."""
CLOCKS_APART = timedelta(hours=1)
"""How much the clock of a desk may differ from ours when the hub looks for a complaint."""


class Open311Options(ComplaintOptions, frozen=True, kw_only=True):
    """`format`: the format that the desk speaks. `jurisdiction`: the name of the city, if the desk serves several.

    `days`: how far back the list goes. `extensions`: whether the desk returns attributes and notes. `attributes`: the
    attributes for what the protocol has no field for. `states`: the meaning of the desk's own words at the beginning of
    `status_notes`. `reads_with_key`: whether the desk wants the key with questions too.
    """

    format: Literal["xml", "json"] = "xml"
    jurisdiction: str | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 30
    extensions: bool = False
    attributes: CarrierAttributes = CarrierAttributes()
    states: dict[str, ComplaintState] = msgspec.field(default_factory=dict)
    reads_with_key: bool = False

    def mistakes(self, others: Mapping[str, Options]) -> Iterable[Mistake]:  # noqa: ARG002  the base's signature
        if self.attributes.secret and not self.extensions:
            yield Mistake(("extensions",), "true, so that what is secret can be told from what everybody may read")


class Open311Credentials(Credentials, frozen=True, kw_only=True):
    """The key that the desk has given to the city."""

    api_key: str


class Open311(TrackedDesk[Open311Options, Open311Credentials]):
    """One desk."""

    protocol: ClassVar[str] = "open311"

    def open(self, credentials: Open311Credentials) -> None:
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)
        self._credentials = credentials
        in_json = self.options.format == "json"
        self._accepts, self._values = (JSON, json_values) if in_json else (XML, xml_values)
        self._own = frozenset(filter(None, msgspec.structs.astuple(self.options.attributes)))
        self._to_complaint = partial(
            to_complaint,
            carried=self.options.attributes,
            states=STATES | self.options.states,
            zone=self.zone,
            findings=self.findings,
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Topic, ...]]:
        return self.topics()

    @property
    def keeps_secrets(self) -> bool:
        return self.options.attributes.secret is not None

    @property
    def recognises(self) -> bool:
        return True

    # The topics of a desk change a few times a year.
    @read(ttl=timedelta(hours=1), revalidate=timedelta(days=1), stale=timedelta(days=7), at_least=1)
    async def topics(self) -> tuple[Topic, ...]:
        rows = rows_of(await self._ask("/services"))
        return await many_records(rows, to_topic, agency=self.agency.code, findings=self.findings)

    # The questions of a topic change as seldom as the topic.
    @read(ttl=timedelta(hours=1), revalidate=timedelta(days=1), stale=timedelta(days=7))
    async def fields(self, topic: str) -> tuple[TopicField, ...]:
        body = await self._ask("/services/{topic}", into={"topic": topic})
        mapped = partial(to_fields, findings=self.findings)
        found = one_record(body, mapped, agency=self.agency.code, findings=self.findings)
        return tuple(each for each in found if each.code not in self._own)

    # A desk works on a complaint for days; within a working day its status can change.
    @read(ttl=timedelta(minutes=2), revalidate=timedelta(minutes=5), stale=timedelta(hours=6))
    async def published(self) -> tuple[Complaint, ...]:
        return tuple(each for each in await self._latest() if not each.secret)

    # A desk works on a complaint for days; within a working day its status can change.
    @read(
        ttl=timedelta(minutes=1), revalidate=timedelta(minutes=5), stale=timedelta(hours=6), absent=timedelta(minutes=1)
    )
    async def published_one(self, reference: str) -> Complaint | None:
        found = await self._one(reference, self._to_complaint)
        return None if found is None or found.secret else found

    @read(ttl=NEVER_KEPT)
    async def these(self, references: tuple[str, ...]) -> tuple[Complaint, ...] | None:
        body = await self._ask("/requests", {"service_request_id": ",".join(references)}, absent=ABSENT)
        if body is None:
            return None
        return await many_records(rows_of(body), self._to_complaint, agency=self.agency.code, findings=self.findings)

    @read(ttl=NEVER_KEPT)
    async def queue(self) -> tuple[Complaint, ...]:
        return await self._latest()

    @read(ttl=NEVER_KEPT)
    async def complainant(self, reference: str) -> Contact | None:
        return await self._one(reference, partial(to_contact, carried=self.options.attributes))

    @command
    async def settle(self, token: str) -> str | None:
        body = await self._ask("/tokens/{token}", into={"token": token}, absent=ABSENT)
        if body is None or (rows := rows_of(body)) == []:
            return None
        found = await many_records(rows, to_settled, agency=self.agency.code, findings=self.findings)
        return next((each.reference for each in found if each.token == token), None)

    @command
    async def find(self, letter: Letter, since: datetime) -> tuple[Receipt, ...]:
        span = span_of(since - CLOCKS_APART, self.clock.now() + CLOCKS_APART)
        asked = {"service_code": letter.topic} | span
        rows = rows_of(await self._ask("/requests", asked))
        found = await many_records(rows, self._to_complaint, agency=self.agency.code, findings=self.findings)
        by_key = bool(self.options.attributes.key) and self.options.extensions
        same = tuple(
            Receipt(reference=each.reference, notice=each.notice)
            for each in found
            if is_of(letter, each, by_key=by_key)
        )
        if not same and isinstance(rows, list) and len(rows) >= MOST:
            raise AgencyChanged(self.agency.code, f"requests: {MOST}, and there may be more")
        return same

    @command
    async def send(self, letter: Letter) -> Receipt | DeskRefusal:
        form = {"api_key": self._credentials.api_key}
        if self.options.jurisdiction:
            form["jurisdiction_id"] = self.options.jurisdiction
        body = await self._answer(
            Call(
                method="POST",
                path=f"/requests.{self.options.format}",
                form=(*form.items(), *form_of(letter, self.options.attributes, self._own)),
                accepts=self._accepts,
                answers=SAYS_WHY,
            )
        )
        if (code := error_code(body)) is not None:
            return DeskRefusal.NO_SUCH_TOPIC if code == "404" else DeskRefusal.NOT_TAKEN
        rows = rows_of(body)
        numbered = letter.numbering is not Numbering.NEVER
        if not numbered and rows == []:
            return Receipt(reference=None)
        if not isinstance(rows, list) or len(rows) != 1:
            raise AgencyChanged(self.agency.code, "requests: not one request")
        receipt = one_record(rows[0], to_receipt, agency=self.agency.code, findings=self.findings)
        if numbered and not (receipt.reference or receipt.token):
            raise AgencyChanged(self.agency.code, "requests: neither a number nor a token")
        return receipt

    async def _latest(self) -> tuple[Complaint, ...]:
        now = self.clock.now()
        rows = await self._between(now - timedelta(days=self.options.days), now, HALVINGS)
        found = await many_records(rows, self._to_complaint, agency=self.agency.code, findings=self.findings)
        return tuple({each.reference: each for each in found}.values())

    async def _between(self, start: datetime, end: datetime, halvings: int) -> list[object]:
        """All requests of this span. If an answer may be incomplete, the two halves of the span are asked for."""
        rows = rows_of(await self._ask("/requests", span_of(start, end)))
        if not isinstance(rows, list):
            raise AgencyChanged(self.agency.code, f"requests: {type(rows).__name__}, not a list")
        if len(rows) < MOST:
            return rows
        if not halvings:
            raise AgencyChanged(self.agency.code, f"requests: {MOST} within {int((end - start).total_seconds())} s")
        middle = start + (end - start) // 2
        newer = await self._between(middle, end, halvings - 1)
        return newer + await self._between(start, middle, halvings - 1)

    async def _one(self, reference: str, to: Callable[[Row], T]) -> T | None:
        body = await self._ask("/requests/{reference}", into={"reference": reference}, absent=ABSENT)
        if body is None:
            return None
        rows = rows_of(body)
        if not isinstance(rows, list) or len(rows) != 1:
            raise AgencyChanged(self.agency.code, "requests: not one request")
        return one_record(rows[0], to, agency=self.agency.code, findings=self.findings)

    async def _ask(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        into: Mapping[str, str] | None = None,
        absent: frozenset[int] = frozenset(),
    ) -> object:
        """The decoded answer to a question; None if the status says that there is no such thing."""
        asked = dict(query or {})
        if self.options.jurisdiction:
            asked["jurisdiction_id"] = self.options.jurisdiction
        if self.options.extensions and path.startswith("/requests"):
            asked["extensions"] = "true"
        if self.options.reads_with_key:
            asked["api_key"] = self._credentials.api_key
        path = f"{path}.{self.options.format}"
        return await self._answer(Call(path=path, into=into or {}, query=asked, accepts=self._accepts, absent=absent))

    async def _answer(self, call: Call) -> object:
        body = await self._http.body(call)
        if body is None:
            return None
        try:
            values = await asyncio.to_thread(self._values, body)
        except ValueError:
            values = None
        if values is None:
            expected = self.options.format.upper()
            raise AgencyChanged(self.agency.code, f"{call.path}: {len(body)} bytes that are no answer in {expected}")
        return values
