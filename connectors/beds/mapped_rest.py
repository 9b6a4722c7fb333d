"""A hospital's own JSON, behind a gateway such as SPLP. `agencies.toml` says where each value stands.

Source: public code of a province that publishes its hospitals' rooms at SPLP with a key in the header `Apikey`. Each
hospital chooses its own names, so nothing is guessed. A mapping with a gap or an unknown name stops the start. An
answer without a mapped key is refused as a change of the agency. Only a date may be missing: then the age of the counts
is unknown.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar

import msgspec

from connectors.beds.records import Beds, BedsOptions, Bpjs, Room, last_change, observed, split_of
from connectors.kit import values
from connectors.kit.call import Call
from connectors.kit.connector import Credentials, Mistake, Options
from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import api_key, unsigned
from connectors.kit.values import BadRow

SAMPLE = datetime(2026, 11, 23, 17, 45, tzinfo=UTC)
"""A moment for testing a format."""

CALLED_OTHERWISE = ("text/html", "text/plain")
"""Content types that PHP and file servers send for JSON if nobody has configured them. Other answers still fail."""

Key = Annotated[str, msgspec.Meta(pattern=r"^[^.\s]+( [^.\s]+)*(\.[^.\s]+( [^.\s]+)*)*$")]
"""The name of a key, or with points the path to a key in nested objects."""
Path = Annotated[str, msgspec.Meta(pattern=r"^/[^\s{}]*$")]
Header = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]+$")]
Text = Annotated[str, msgspec.Meta(pattern=r"^\S(.*\S)?$")]


class Keys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The key of each value in a row. Exactly one of `free` and `occupied` is given."""

    code: Key
    name: Key
    bed_class: Key
    capacity: Key
    free: Key | None = None
    occupied: Key | None = None
    free_for_men: Key | None = None
    free_for_women: Key | None = None
    free_for_either: Key | None = None
    observed_at: Key | None = None


class MappedRestOptions(BedsOptions, frozen=True, kw_only=True):
    """How to read the answer.

    The hub asks `path`. `rows` is the path to the list in the answer; without it, the answer is the list. `status` is
    the key of the answer's status, and `accepted` are the texts that mean success. `observed_at` is the key of the
    moment of all counts, if no row has one (`keys.observed_at`). `moment_format` is a format of Python, if the moments
    are not in ISO 8601. `classes` maps the hospital's words to the codes of BPJS; without it the hospital must use
    these codes. `ignored` are further keys that are known and not used.
    """

    path: Path
    rows: Key | None = None
    keys: Keys
    key_header: Header = "Apikey"
    status: Key | None = None
    accepted: tuple[Text, ...] = ()
    observed_at: Key | None = None
    moment_format: Text | None = None
    classes: Mapping[Text, Bpjs] = {}
    ignored: tuple[Key, ...] = ()

    def mistakes(self, others: Mapping[str, Options]) -> Iterable[Mistake]:
        yield from super().mistakes(others)
        keys = self.keys
        if (keys.free is None) == (keys.occupied is None):
            yield Mistake(("keys", "free"), "expected one of free and occupied")
        split = (keys.free_for_men, keys.free_for_women, keys.free_for_either)
        if any(split) and not all(split):
            yield Mistake(("keys", "free_for_men"), "expected all of free_for_men, free_for_women, free_for_either")
        if (keys.observed_at is None) == (self.observed_at is None):
            yield Mistake(("keys", "observed_at"), "expected here, or as options.observed_at for all rows together")
        if (self.status is None) == bool(self.accepted):
            yield Mistake(("status",), "expected together with accepted, the texts that mean success")
        if self.moment_format is not None and not _tells_the_moment(self.moment_format):
            yield Mistake(
                ("moment_format",), "expected a format with year, month, day, hour and minute: %d-%m-%Y %H:%M"
            )
        folded = [name.casefold() for name in self.classes]
        if len(folded) != len(set(folded)):
            yield Mistake(("classes",), "a class stands twice; upper and lower case are the same")


class MappedRestCredentials(Credentials, frozen=True, kw_only=True):
    """The key that is sent with each call; None if the source is open."""

    key: str | None = None


class MappedRest(Beds[MappedRestOptions, MappedRestCredentials]):
    """One hospital, over its own JSON."""

    protocol: ClassVar[str] = "mapped_rest"

    def open(self, credentials: MappedRestCredentials) -> None:
        options = self.options
        agency = msgspec.structs.replace(self.agency, accepts=(*self.agency.accepts, *CALLED_OTHERWISE))
        signer = api_key(credentials.key, options.key_header) if credentials.key else unsigned()
        self._http = Http(agency, signer, self.clock, self.throttle)
        self._rows = Envelope(code=options.status, accepted=frozenset(options.accepted), rows=options.rows or "")
        self._classes = {name.casefold(): code for name, code in options.classes.items()}

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Room, ...]]:
        return self.rooms()

    # Half an hour late, a bed count still says where to ask first. It is always labelled STALE.
    @read(ttl=timedelta(minutes=1), revalidate=timedelta(minutes=2), stale=timedelta(minutes=30), changed=last_change)
    async def rooms(self) -> tuple[Room, ...]:
        body = await self._http.json(Call(path=self.options.path))
        sent = self._rows.open(body, self.agency.code)
        of_all = self._moment_of_all(body)
        rooms = await many_records(
            sent, lambda row: self._to_room(row, of_all), agency=self.agency.code, findings=self.findings
        )
        return without_repeats(rooms, lambda room: (room.class_code, room.code), self.findings)

    def _moment_of_all(self, body: object) -> datetime | None:
        if self.options.observed_at is None:
            return None
        try:
            return self._moment(Row(body), self.options.observed_at)
        except BadRow as bad:
            raise AgencyChanged(self.agency.code, str(bad)) from None

    def _to_room(self, row: Row, of_all: datetime | None) -> Room:
        keys = self.options.keys
        capacity = _whole(row, keys.capacity)
        free = _whole(row, keys.free) if keys.free else capacity - _whole(row, keys.occupied or "")
        split = [_whole(row, key) for key in (keys.free_for_men, keys.free_for_women, keys.free_for_either) if key]
        men, women, either = split_of(split, free, capacity, keys.free or keys.occupied or "", self.findings)
        for key in self.options.ignored:
            at, last = _reached(row, key)
            at.ignore(last)
        bed_class = _text(row, keys.bed_class)
        return Room(
            code=_text(row, keys.code),
            name=_text(row, keys.name),
            class_code=self._class_of(bed_class),
            class_name=bed_class,
            capacity=capacity,
            free=free,
            free_for_men=men,
            free_for_women=women,
            free_for_either=either,
            observed_at=self._observed(row, of_all),
        )

    def _observed(self, row: Row, of_all: datetime | None) -> datetime | None:
        key = self.options.keys.observed_at
        if key is None or self.options.observed_at is not None:
            return of_all
        return observed(lambda: self._moment(row, key), self.findings)

    def _class_of(self, bed_class: str) -> str:
        """The code of BPJS. A class that is not mapped keeps the hospital's own name."""
        code = self._classes.get(bed_class.casefold())
        if code is None and self._classes:
            self.findings.note(f"{self.options.keys.bed_class}: a class that is not mapped")
        return code or bed_class

    def _moment(self, row: Row, key: str) -> datetime | None:
        at, last = _reached(row, key)
        if self.options.moment_format is None:
            return at.optional_moment(last, self.zone)
        text = at.optional_text(last)
        if text is None:
            return None
        try:
            moment = datetime.strptime(text, self.options.moment_format)  # noqa: DTZ007  the zone is added next
        except ValueError:
            raise BadRow(f"{last}: not a moment of this format") from None
        return values.moment(moment.isoformat(), self.zone)


def _reached(row: Row, key: str) -> tuple[Row, str]:
    """The row in which a path ends, and its last key."""
    *outer, last = key.split(".")
    for each in outer:
        row = row.nested(each)
    return row, last


def _whole(row: Row, key: str) -> int:
    at, last = _reached(row, key)
    return at.integer(last)


def _text(row: Row, key: str) -> str:
    at, last = _reached(row, key)
    return at.text(last)


def _tells_the_moment(moment_format: str) -> bool:
    """Whether a moment in this format is read as the same moment."""
    try:
        return datetime.strptime(SAMPLE.strftime(moment_format), moment_format).replace(tzinfo=UTC) == SAMPLE
    except ValueError:
        return False
