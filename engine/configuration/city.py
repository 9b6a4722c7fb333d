"""The city: what it is called, whom to write to, and what its pages say in its own words."""

from typing import Literal

import msgspec

CityKind = Literal["kota", "kabupaten", "provinsi"]
Language = Literal["id", "en"]

TEXTS = ("about", "keys", "notice", "terms")
"""The texts that a city may bring: what this is, how to get a key, what is new or wrong today, and the terms of use."""


class City(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[city]`, checked (city_table.py).

    `code` is its Kemendagri code, and `timezone` that of its agencies. A province has a code of two digits, and is a
    hub over several cities. `contact` and `security_contact` are each an e-mail address or an address of a page.
    `logo` is the absolute path of a file. `texts` has, for each language, some of `TEXTS` by their names.
    """

    name: str
    code: str
    timezone: str
    kind: CityKind = "kota"
    contact: str | None = None
    security_contact: str | None = None
    terms_url: str | None = None
    logo: str | None = None
    texts: dict[Language, dict[str, str]] = {}

    def text(self, name: str, language: str) -> str | None:
        """Its own text of this name, in this language or else in the other; None where it has none."""
        found = [self.texts[each].get(name) for each in sorted(self.texts, key=lambda each: each != language)]
        return next((each for each in found if each), None)


def kind_of(code: str) -> CityKind:
    """What has this Kemendagri code: `36` is a province; of the last two digits, those from 71 on are a kota."""
    if len(code) == len("36"):
        return "provinsi"
    return "kota" if int(code[-2:]) > 70 else "kabupaten"
