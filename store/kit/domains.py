"""What a domain brings into the store: its folder declares it once, in its `domain.py`, as `DOMAIN`."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

import msgspec

from auth.cover import Cover
from connectors.kit.clock import Clock
from connectors.kit.observer import Observers
from connectors.registry import Agencies
from store.kit.copy_table import CopyTable
from store.kit.store import Store


class Surroundings(NamedTuple):
    """What background work gets when the hub starts."""

    store: Store
    agencies: Agencies
    clock: Clock
    cover: Cover
    observers: Observers


class Background(Protocol):
    """Work in the background, from the start of the hub to its end."""

    async def run(self) -> None:
        """Work until `stop` is called."""

    def stop(self) -> None:
        """Begin nothing more. `run` returns when the work under way is written."""

    async def round(self) -> None:
        """Do once what is due."""


class StoreDomain(msgspec.Struct, frozen=True, kw_only=True):
    """What a domain keeps.

    `copies`: the table for each feed of its connectors, by the name of the feed. `background`: functions that make the
    background work of this domain.
    """

    copies: Mapping[str, CopyTable[Any]] = {}
    background: tuple[Callable[[Surroundings], Background], ...] = ()
