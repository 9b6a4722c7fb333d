"""What every resolver is handed: the city, its agencies, the cache, and the record of who was asked."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import msgspec

from cache.envelope import Cache
from connectors.agencies import Agencies
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError
from connectors.kit.read import Read
from connectors.kit.reading import Reading, State
from connectors.regions.gazetteer import Gazetteer
from resolvers.sources import Sources

T = TypeVar("T")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where an answer came from and how old it is; `age_seconds` is since it was fetched.

    `problem` is the code of the error that kept a newer answer away; with no `state`, there is no answer at all.
    """

    agency: str
    name: str
    state: State | None
    fetched_at: datetime | None
    changed_at: datetime | None
    age_seconds: int | None
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One operation's surroundings. `language` is `id` or `en`."""

    agencies: Agencies
    cache: Cache
    clock: Clock
    regions: Gazetteer
    language: str = "id"
    sources: Sources = field(default_factory=Sources)
    _readings: dict[tuple[object, ...], asyncio.Future[Reading[Any]]] = field(default_factory=dict)

    def today(self) -> date:
        """The day it is in the city."""
        return self.clock.now().astimezone(ZoneInfo(self.regions.city.timezone)).date()

    async def reading(self, read: Read[T]) -> Reading[T]:
        """The answer to this read, from the cache or from the agency, noted in `sources`; raises `AgencyError`.

        Within one operation the same read has the same answer.
        """
        asked = (read.agency.code, read.name, read.arguments)
        if known := self._readings.get(asked):
            return cast(Reading[T], await asyncio.shield(known))
        answer = self._readings[asked] = asyncio.get_running_loop().create_future()
        try:
            reading = await self._fresh_reading(read)
        except BaseException as error:
            answer.set_exception(error)
            answer.exception()  # nobody else may have asked: then nobody misses it
            raise
        answer.set_result(reading)
        return reading

    async def _fresh_reading(self, read: Read[T]) -> Reading[T]:
        started = self.clock.monotonic()
        try:
            reading = await self.cache.get(read)
        except AgencyError as error:
            self.sources.note_failure(read.agency, error, self.clock.monotonic() - started)
            raise
        self.sources.note(read.agency, reading, self.clock.monotonic() - started)
        return reading

    def source(self, reading: Reading[object]) -> Source:
        """The provenance of a reading, for the graph."""
        return Source(
            agency=reading.agency,
            name=self.agencies.name(reading.agency),
            state=reading.state,
            fetched_at=reading.fetched_at,
            changed_at=reading.changed_at,
            age_seconds=max(0, int((self.clock.now() - reading.fetched_at).total_seconds())),
            problem=reading.problem,
        )

    def no_source(self, error: AgencyError) -> Source:
        """The provenance of an answer that could not be had."""
        return Source(
            agency=error.agency,
            name=self.agencies.name(error.agency),
            state=None,
            fetched_at=None,
            changed_at=None,
            age_seconds=None,
            problem=error.code,
        )
