"""What the doctor says of one thing."""

from enum import Enum

import msgspec


class Verdict(Enum):
    """How it is."""

    WELL = "well"
    WARNING = "warning"
    """It works, and will not go on so."""
    FAILED = "failed"
    UNASKED = "not asked"
    """It could not be looked at, because of something else that is told."""


class Symptom(msgspec.Struct, frozen=True, kw_only=True):
    """How one thing is, in words, and what to do. No secret and no personal value is in it."""

    part: str
    about: str
    verdict: Verdict
    said: str
    todo: str = ""


class Examination:
    """What one examiner finds of its part."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.found: list[Symptom] = []

    def well(self, about: str, said: str) -> None:
        """It is as it should be."""
        self._add(Verdict.WELL, about, said, "")

    def warn(self, about: str, said: str, todo: str) -> None:
        """It works, and will not go on so."""
        self._add(Verdict.WARNING, about, said, todo)

    def fail(self, about: str, said: str, todo: str) -> None:
        """It does not work."""
        self._add(Verdict.FAILED, about, said, todo)

    def skip(self, about: str, said: str) -> None:
        """It could not be looked at."""
        self._add(Verdict.UNASKED, about, said, "")

    def _add(self, verdict: Verdict, about: str, said: str, todo: str) -> None:
        self.found.append(Symptom(part=self.part, about=about, verdict=verdict, said=said, todo=todo))
