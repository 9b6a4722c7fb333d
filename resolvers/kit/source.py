"""The source of an answer: from which agency it comes, how old it is, and under which terms it may be used."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading, State
from connectors.registry import Agencies
from resolvers.kit.age import Age

R = TypeVar("R")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """The agency of an answer and the age of the answer. `age_seconds` counts since it was fetched.

    `licence` and `attribution` are the terms under which the answer may be used. `problem` is the code of the error
    that prevented a newer answer. Without a `state` there is no answer at all.
    """

    agency: str
    name: str
    state: State | None
    fetched_at: datetime | None
    changed_at: datetime | None
    value_changed_at: datetime | None = None
    age_seconds: Age | None
    stale_after: datetime | None = None
    licence: str | None = None
    attribution: str | None = None
    problem: str | None


def source_of(reading: Reading[object], agencies: Agencies, clock: Clock) -> Source:
    """The source of a reading."""
    terms = agencies.terms(reading.agency)
    return Source(
        agency=reading.agency,
        name=agencies.name(reading.agency),
        state=reading.state,
        fetched_at=reading.fetched_at,
        changed_at=reading.changed_at,
        value_changed_at=reading.value_changed_at,
        age_seconds=Age.of(reading, clock),
        stale_after=reading.stale_after,
        licence=terms.licence,
        attribution=terms.attribution,
        problem=reading.problem,
    )


def source_of_error(error: AgencyError, agencies: Agencies) -> Source:
    """The source of an answer that failed."""
    terms = agencies.terms(error.agency)
    return Source(
        agency=error.agency,
        name=agencies.name(error.agency),
        state=None,
        fetched_at=None,
        changed_at=None,
        age_seconds=None,
        licence=terms.licence,
        attribution=terms.attribution,
        problem=error.code,
    )


def untold(agency: str) -> Source:
    """What stands for a source in records that are kept: each operation tells the source anew (`told`)."""
    return Source(agency=agency, name="", state=None, fetched_at=None, changed_at=None, age_seconds=None, problem=None)


def told(record: R, sources: Mapping[str, Source]) -> R:
    """A record that is kept, with the source of this operation."""
    kept: Any = record
    found: R = msgspec.structs.replace(kept, source=sources[kept.source.agency])
    return found
