"""What is wrong in a configuration file: collected while it is read, each problem with its line and its key."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from connectors.kit.agency import Agency
from engine.configuration.did_you_mean import did_you_mean
from engine.configuration.positions import line_of


class ConfigurationError(Exception):
    """The file is wrong. `problems` are lines for a person: `file:line: key: what was expected`."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Problems:
    """The problems of one file."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self.found: list[str] = []

    def add(self, keys: tuple[str, ...], message: str) -> None:
        """The value of this key is wrong; the message says what was expected."""
        line = line_of(keys, self._lines)
        place = f"{self._path}:{line}" if line else f"{self._path}"
        self.found.append(f"{place}: {'.'.join(keys)}: {message}")

    def convert(self, at: tuple[str, ...], value: object, to: type[Any]) -> Any | None:
        """The value as this type; None where it is none, with a problem that says why."""
        try:
            return msgspec.convert(value, to)
        except msgspec.ValidationError as error:
            message, _, inside = str(error).partition(" - at ")
            keys = re.findall(r"\.(\w+)", inside)
            unknown = re.search(r"unknown field `(.+)`", message)
            if unknown:
                keys.append(unknown[1])
                fields = _fields(to, keys[:-1])
                message = f"unknown; expected one of {listed(fields)}{did_you_mean(unknown[1], fields)}"
            elif missing := re.search(r"missing required field `(.+)`", message):
                keys.append(missing[1])
                message = "missing"
            else:
                message = message[0].lower() + message[1:].replace("`", "")
            self.add((*at, *keys), message)
            return None


def listed(names: Iterable[str]) -> str:
    """The names in a message."""
    return ", ".join(names)


def _fields(of: type[Any], path: list[str]) -> list[str]:
    """The names that a struct, or the one inside it at this path, accepts."""
    for step in path:
        inner: Any = next((field.type for field in msgspec.structs.fields(of) if field.encode_name == step), None)
        parts: tuple[Any, ...] = getattr(inner, "__args__", (inner,))
        of = next((part for part in parts if hasattr(part, "__struct_fields__")), of)
    hidden = {"code", "edition"} if of is Agency else set()
    also = {"credentials", "enabled", "options"} if of is Agency else set()
    return sorted({field.encode_name for field in msgspec.structs.fields(of)} - hidden | also)
