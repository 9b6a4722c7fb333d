"""The sources of one operation: which agencies were asked, and how old their answers are."""

from collections.abc import Hashable, Mapping
from copy import copy
from datetime import datetime

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.connector import Terms
from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading, State
from resolvers.kit.age import Age

UNAVAILABLE = "UNAVAILABLE"
WORST_LAST = (State.LIVE.value, State.CACHED.value, State.SNAPSHOT.value, State.STALE.value, UNAVAILABLE)


class AgencyTouched(msgspec.Struct, kw_only=True, rename="camel"):
    """One agency in `extensions.sources`: the worst state of its readings, the oldest fetch, the newest change.

    `age_seconds` is the age of the oldest reading. `stale_after` is when the first of them stops being fresh.

    `took_ms` is the longest time of a reading, `reads` is the number of readings. `problem` is the code of the error
    that prevented an answer, or a newer one.
    """

    agency: str
    name: str
    state: str
    fetched_at: datetime | None = None
    changed_at: datetime | None = None
    value_changed_at: datetime | None = None
    age_seconds: int | None = None
    stale_after: datetime | None = None
    licence: str | None = None
    attribution: str | None = None
    took_ms: float
    reads: int = 1
    problem: str | None = None


class Sources:
    """The agencies of one operation, added while it runs. `asked`: an agency was asked for this operation."""

    def __init__(self) -> None:
        self._touched: dict[str, AgencyTouched] = {}
        self._late: set[Hashable] = set()
        self._oldest: dict[str, float] = {}
        self.asked = False

    def note(self, agency: Agency, terms: Terms, reading: Reading[object], age: Age, seconds: float) -> None:
        """Add an answer."""
        self.asked = self.asked or reading.state is State.LIVE
        touched = touched_by(agency, terms, reading)
        touched.age_seconds, touched.took_ms = int(age), round(seconds * 1000, 1)
        self._add(touched, age.born)

    def note_again(self, touched: AgencyTouched, age: int, born: float) -> None:
        """Add an answer that is given to many operations, so old by now; what stays the same of it is `touched`."""
        again: AgencyTouched = copy(touched)
        again.age_seconds = age
        self._add(again, born)

    def note_failure(self, agency: Agency, terms: Terms, error: AgencyError, seconds: float) -> None:
        """Add a failure."""
        self.asked = True
        known, took = self._touched.get(agency.code), round(seconds * 1000, 1)
        if known is None:
            self._touched[agency.code] = AgencyTouched(
                agency=agency.code,
                name=agency.name,
                state=UNAVAILABLE,
                licence=terms.licence,
                attribution=terms.attribution,
                took_ms=took,
                problem=error.code,
            )
        else:
            known.reads += 1
            known.took_ms = max(known.took_ms, took)
            known.state = UNAVAILABLE
            known.problem = known.problem or error.code

    def note_late(self, agency: Agency, terms: Terms, error: AgencyError, asked: Hashable, seconds: float) -> bool:
        """Add a failure, once for each thing that was asked; whether it is new."""
        if asked in self._late:
            return False
        self._late.add(asked)
        self.note_failure(agency, terms, error, seconds)
        return True

    def replace(self, others: "Sources") -> None:
        """Forget these agencies and have the others' instead."""
        self._touched = {code: msgspec.structs.replace(each) for code, each in others.touched.items()}
        self.asked = others.asked
        self._late.clear()

    @property
    def touched(self) -> Mapping[str, AgencyTouched]:
        """The agencies by their codes."""
        return self._touched

    def oldest(self) -> tuple[float, ...]:
        """Since when the age of each agency's oldest reading counts, in the order in which they are listed."""
        return tuple(self._oldest[code] for code in sorted(self._touched) if code in self._oldest)

    @property
    def late(self) -> bool:
        """Whether a newer answer is being fetched."""
        return any(each.state == State.STALE.value and each.problem is None for each in self._touched.values())

    @property
    def ill(self) -> bool:
        """Whether an agency gave no answer, or no newer one."""
        return any(each.problem is not None for each in self._touched.values())

    def listed(self) -> list[AgencyTouched]:
        """All agencies, by code."""
        return sorted(self._touched.values(), key=lambda touched: touched.agency)

    def _add(self, touched: AgencyTouched, born: float) -> None:
        """Add an answer. Of several answers of an agency, the worst is told."""
        code = touched.agency
        known = self._touched.get(code)
        if known is None:
            self._touched[code] = touched
            self._oldest[code] = born
            return
        self._oldest[code] = min(born, self._oldest.get(code, born))
        known.reads += 1
        known.took_ms = max(known.took_ms, touched.took_ms)
        if touched.state != known.state:
            known.state = max(known.state, touched.state, key=WORST_LAST.index)
        if known.fetched_at is None or (touched.fetched_at and touched.fetched_at < known.fetched_at):
            known.fetched_at = touched.fetched_at
        known.changed_at = _later(known.changed_at, touched.changed_at)
        known.value_changed_at = _later(known.value_changed_at, touched.value_changed_at)
        if known.stale_after is None or (touched.stale_after and touched.stale_after < known.stale_after):
            known.stale_after = touched.stale_after
        if known.age_seconds is None or (touched.age_seconds or 0) > known.age_seconds:
            known.age_seconds = touched.age_seconds
        known.problem = known.problem or touched.problem


def touched_by(agency: Agency, terms: Terms, reading: Reading[object]) -> AgencyTouched:
    """The agency of one answer, without what each operation tells anew: its age, and how long it took."""
    return AgencyTouched(
        agency=agency.code,
        name=agency.name,
        state=reading.state.value,
        fetched_at=reading.fetched_at,
        changed_at=reading.changed_at,
        value_changed_at=reading.value_changed_at,
        stale_after=reading.stale_after,
        licence=terms.licence,
        attribution=terms.attribution,
        took_ms=0.0,
        problem=reading.problem,
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if one is None or (other is not None and other > one) else one
