"""What differs between two files of one city: for a hub that goes over to the newer one while it runs."""

from collections.abc import Mapping
from typing import Any

import msgspec

from connectors.regions.gazetteer import Gazetteer
from engine.configuration.model import AgencyConfiguration, Configuration

FIXED = ("city", "identity")
"""Tables that a running hub cannot take over: its regions, its pages and its record stand on them."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Codes of agencies, for whoever reads the log. `changed` names the keys that differ, and never a value.

    `disabled` are those removed that the newer file switches off. `agreements`: whether purposes or agreements differ,
    and `examples`: what the ready documents are tried with.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = {}
    reordered: bool = False
    agreements: bool = False
    examples: bool = False

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__struct_fields__)

    def told(self) -> dict[str, Any]:
        """What there is to tell, in words of the log."""
        lists = {name: list(getattr(self, name)) for name in ("added", "removed", "disabled")}
        changed = {"changed": [f"{code}: {', '.join(keys)}" for code, keys in self.changed.items()]}
        flags = {name: getattr(self, name) for name in ("reordered", "agreements", "examples")}
        return {name: each for name, each in {**lists, **changed, **flags}.items() if each}


def changes_between(old: Configuration, new: Configuration) -> Changes:
    """What a hub has to do to go over."""
    was, now = _by_code(old), _by_code(new)
    gone = [code for code in was if code not in now]
    stay = [code for code in was if code in now]
    return Changes(
        added=tuple(code for code in now if code not in was),
        removed=tuple(code for code in gone if code not in new.disabled),
        disabled=tuple(code for code in gone if code in new.disabled),
        changed={code: keys for code in stay if (keys := _differing(was[code], now[code]))},
        reordered=stay != [code for code in now if code in was],
        agreements=old.agreements != new.agreements,
        examples=old.examples != new.examples,
    )


def refusals(old: Configuration, new: Configuration) -> list[str]:
    """A line for each table that cannot change while a hub runs."""
    told = "cannot be changed while the hub runs; restart the hub, or take this change back"
    problems = [f"{table}: it {told}" for table in FIXED if getattr(old, table) != getattr(new, table)]
    if _lie(old.regions) != _lie(new.regions):
        problems.append(f"regions: they {told}")
    return problems


def _lie(regions: Gazetteer) -> tuple[object, ...]:
    """All that the files of regions say."""
    return (regions.city, regions.cities, regions.kecamatan, regions.kelurahan)


def _by_code(configuration: Configuration) -> dict[str, AgencyConfiguration]:
    return {each.agency.code: each for each in configuration.agencies}


def _differing(was: AgencyConfiguration, now: AgencyConfiguration) -> tuple[str, ...]:
    """The names of the keys that differ."""
    keys = [name for name in was.agency.__struct_fields__ if getattr(was.agency, name) != getattr(now.agency, name)]
    keys += [name for name in ("options", "credentials") if getattr(was, name) != getattr(now, name)]
    return tuple(keys)
