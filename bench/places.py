"""The places where an answer can come from, as settings of the hub: each place can be switched off by itself."""

from collections.abc import Mapping
from typing import NamedTuple

from engine.configuration.settings import Settings


class Place(NamedTuple):
    """A hub with these settings."""

    name: str
    settings: Mapping[str, str]

    @property
    def known(self) -> bool:
        """Whether this version of the hub has the settings. It ignores what it does not know."""
        names = (name.removeprefix("SIMPUL_").partition("__")[0].lower() for name in self.settings)
        return all(name in Settings.model_fields for name in names)


HUB = Place("hub", {})
"""Everything on."""
WITHOUT_WIRE = Place("hub, last room off", {"SIMPUL_WIRE": "false"})
EXECUTED = Place("hub, executed each time", {"SIMPUL_ANSWER_BYTES": "0"})
UNPLANNED = Place("hub, without plans", {"SIMPUL_ANSWER_BYTES": "0", "SIMPUL_PLANS": "false"})
"""Executed each time by graphql-core."""
