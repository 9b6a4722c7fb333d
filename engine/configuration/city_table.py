"""The table `[city]`: each of its keys is checked by itself, so that all mistakes are told together."""

import re
from pathlib import Path
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from engine.configuration.city import TEXTS, City, CityKind, Language, kind_of
from engine.configuration.did_you_mean import did_you_mean
from engine.configuration.problems import Problems, listed

CODE = re.compile(r"\d{2}(\.\d{2})?")
CONTACT = re.compile(r"https?://[^\s/]\S*|[^@\s:]+@[^@\s]+\.[^@\s.]+")
ADDRESS = re.compile(r"https?://[^\s/]\S*")
LOGOS = (".jpg", ".png", ".svg", ".webp")
LARGEST = 500_000
"""Bytes of a logo."""

Text = Annotated[str, msgspec.Meta(min_length=1)]
TYPES: dict[str, Any] = {
    "name": Text,
    "code": Text,
    "timezone": Text,
    "kind": CityKind,
    "contact": Text,
    "security_contact": Text,
    "terms_url": Text,
    "logo": Text,
    "texts": dict[str, dict[str, Any]],
}
LANGUAGES = get_args(Language)
MANDATORY = ("name", "code", "timezone")


class CityTable:
    """Reads the table. Files that it names stand in `folder`.

    `code` and `timezone` are known as soon as they are right themselves, so that the regions are read all the same.
    """

    def __init__(self, problems: Problems, folder: Path) -> None:
        self._problems = problems
        self._folder = folder
        self.code: str | None = None
        self.timezone = "UTC"

    def read(self, table: object) -> City | None:
        """The city; None where something is wrong with it, with all problems."""
        if not isinstance(table, dict):
            self._add((), "missing; expected a table with name, code and timezone")
            return None
        meant = self._unknown(table)
        before = len(self._problems.found)
        values = {
            key: self._problems.convert(("city", key), table[key], to) for key, to in TYPES.items() if key in table
        }
        for key in MANDATORY:
            if key not in table and key not in meant:
                self._add((key,), "missing")
        good = {key: value for key, value in values.items() if value is not None}
        self._check_code(good)
        self._check_zone(good)
        for key, form, expected in (
            ("contact", CONTACT, "an e-mail address, or an address that begins with https://"),
            ("security_contact", CONTACT, "an e-mail address, or an address that begins with https://"),
            ("terms_url", ADDRESS, "an address that begins with https://"),
        ):
            if key in good and not form.fullmatch(good[key]):
                self._add((key,), f"expected {expected}")
        self._check_texts(good)
        if "logo" in good:
            good["logo"] = self._logo(good["logo"])
        if meant or len(self._problems.found) > before:
            return None
        return City(**({"kind": kind_of(good["code"])} | good))

    def _unknown(self, table: dict[str, object]) -> set[str]:
        """What was meant by keys that there are not."""
        meant = set()
        for key in sorted(table.keys() - TYPES.keys()):
            hint = did_you_mean(key, TYPES)
            self._add((key,), f"unknown; expected one of {listed(sorted(TYPES))}{hint}")
            meant.add(hint.removeprefix(" (did you mean ").removesuffix("?)"))
        return meant

    def _check_code(self, good: dict[str, Any]) -> None:
        code, kind = good.get("code"), good.get("kind")
        if code is None:
            return
        if not CODE.fullmatch(code):
            self._add(("code",), "expected a Kemendagri code, like 99.71 for a city or 99 for a province")
            return
        self.code = code
        if kind is not None and kind != kind_of(code):
            self._add(("kind",), f"expected {kind_of(code)}: {code} is the code of one")

    def _check_zone(self, good: dict[str, Any]) -> None:
        try:
            self.timezone = ZoneInfo(good.get("timezone", "UTC")).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._add(("timezone",), "expected a name of the IANA time zones, like Asia/Jakarta")

    def _check_texts(self, good: dict[str, Any]) -> None:
        for language, texts in good.get("texts", {}).items():
            if language not in LANGUAGES:
                self._add(("texts", language), f"unknown; expected one of {listed(LANGUAGES)}")
            for name, text in texts.items():
                if name not in TEXTS:
                    expected = f"unknown; expected one of {listed(TEXTS)}{did_you_mean(name, TEXTS)}"
                    self._add(("texts", language, name), expected)
                else:
                    self._problems.convert(("city", "texts", language, name), text, Text)

    def _logo(self, name: str) -> str | None:
        path = (self._folder / name).resolve()
        if path.suffix.lower() not in LOGOS:
            self._add(("logo",), f"expected a file whose name ends with one of {listed(LOGOS)}")
        elif not path.is_relative_to(self._folder.resolve()):
            self._add(("logo",), "expected a file in the folder of the city")
        elif not path.is_file():
            self._add(("logo",), f"there is no file {name} in the folder of the city")
        elif path.stat().st_size > LARGEST:
            self._add(("logo",), f"the file is larger than {LARGEST} bytes")
        return str(path)

    def _add(self, keys: tuple[str, ...], message: str) -> None:
        self._problems.add(("city", *keys), message)
