"""When a field of the schema is given up: since when it is known, until when it works, and what comes in its place."""

import re
from datetime import date, timedelta
from typing import Self

import msgspec

NOTICE = timedelta(days=180)
"""For how long a field works at least after it was deprecated."""
_REASON = re.compile(
    r"Deprecated since (\d{4}-\d\d-\d\d); it works until (\d{4}-\d\d-\d\d)\. Use `(\w+\.\w+(?:\(\w+:\))?)` instead\."
)


class Deprecation(msgspec.Struct, frozen=True, kw_only=True):
    """`since` it is deprecated, `until` is the last day on which it works, and `instead` is the field to use."""

    since: date
    until: date
    instead: str

    def __post_init__(self) -> None:
        """The notice is as long as it was promised."""
        if self.until - self.since < NOTICE:
            raise ValueError(f"a deprecated field works for {NOTICE.days} days at least")

    @property
    def reason(self) -> str:
        """The text of `@deprecated`, from which clients and this hub read it again."""
        return f"Deprecated since {self.since}; it works until {self.until}. Use `{self.instead}` instead."

    @classmethod
    def read(cls, reason: str) -> Self:
        """What a reason says; raises ValueError for one in another form."""
        found = _REASON.fullmatch(reason)
        if found is None:
            raise ValueError(f"the reason of @deprecated has another form: {reason}")
        since, until, instead = found.groups()
        return cls(since=date.fromisoformat(since), until=date.fromisoformat(until), instead=instead)
