"""A calendar as a tree of components, such as VEVENT and VTIMEZONE in VCALENDAR."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from connectors.kit.ical.properties import ICalProperty, checked, lines, readable
from connectors.kit.values import BadRow

T = TypeVar("T")

Note = Callable[[str], None]
"""Records a finding."""

MAX_DEPTH = 8
"""How deep components may be nested. The components of the standard are nested three times."""

_NAME = re.compile(r"[A-Za-z0-9-]+")


class Component:
    """One component, with its lines and the components inside it (`children`). A line is read when it is needed.

    A line or a value that cannot be read counts as missing, and `note` records the finding.
    """

    def __init__(self, name: str, note: Note) -> None:
        self.name = name
        self.note = note
        self.children: list[Component] = []
        self._lines: dict[str, list[str]] = {}

    def add(self, line: str) -> None:
        """Add a line. A line without a name is ignored."""
        if name := _NAME.match(line):
            self._lines.setdefault(name[0].upper(), []).append(line)

    def properties(self, name: str) -> Iterator[ICalProperty]:
        """All properties with this name."""
        for line in self._lines.get(name, ()):
            try:
                found = ICalProperty.of(line)
            except ValueError:
                self.note(f"{name}: not a property")
            else:
                yield found

    def first(self, name: str) -> ICalProperty | None:
        """The first property with this name."""
        return next(self.properties(name), None)

    def text(self, name: str) -> str | None:
        """The readable text of a property; None if it is blank or missing."""
        found = self.first(name)
        return (readable(found.value).strip() or None) if found else None

    def value(self, name: str, read: Callable[[str], T]) -> T | None:
        """The value of a property, read by `read`; None if it is missing or cannot be read."""
        found = self.first(name)
        try:
            return None if found is None else checked(name, found.value.strip(), read)
        except BadRow as bad:
            self.note(str(bad))
            return None


def calendars(body: bytes, note: Note, charset: str | None = None) -> list[Component]:
    """The calendars in an answer; raises `BadRow` if there is none, or if one has no end."""
    top = Component("", note)
    open_ones = [top]
    for line in lines(body, charset):
        word, _, name = line.partition(":")
        if word.upper() == "BEGIN":
            component = Component(name.strip().upper(), note)
            if open_ones[-1].name == component.name:  # the component before it has no END
                open_ones.pop()
            if len(open_ones) > MAX_DEPTH:
                raise BadRow("components inside one another without end")
            open_ones[-1].children.append(component)
            open_ones.append(component)
        elif word.upper() == "END":
            at = next(
                (at for at in range(len(open_ones) - 1, 0, -1) if open_ones[at].name == name.strip().upper()), None
            )
            del open_ones[at or len(open_ones) :]
        else:
            open_ones[-1].add(line)
    found = [each for each in top.children if each.name == "VCALENDAR"]
    if not found:
        raise BadRow("no calendar")
    if len(open_ones) > 1:
        raise BadRow("the calendar does not end")
    return found
