"""What a domain brings into the store: its folder declares it once, in its `domain.py`, as `DOMAIN`."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

import msgspec

from auth.cover import Cover
from connectors.kit.clock import Clock
from connectors.registry import Agencies
from store.kit.copy_table import CopyTable
from store.kit.store import Store


class Surroundings(NamedTuple):
    """What background work is handed when the hub starts."""

    store: Store
    agencies: Agencies
    clock: Clock
    cover: Cover


class Background(Protocol):
    """Work that a process of the hub does behind the scenes, from its start to its end."""

    async def run(self) -> None:
        """Work until `stop`."""

    def stop(self) -> None:
        """Begin nothing more; `run` returns once what is under way is written."""

    async def round(self) -> None:
        """Do once what is due."""


class StoreDomain(msgspec.Struct, frozen=True, kw_only=True):
    """What a domain keeps.

    `copies`: by the name of each feed of its connectors, where the feed's records stand. `background`: what makes the
    work that the hub does behind the scenes for this domain.
    """

    copies: Mapping[str, CopyTable[Any]] = {}
    background: tuple[Callable[[Surroundings], Background], ...] = ()
