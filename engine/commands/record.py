"""What `record head` and `record verify` say of the audit log."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings
from engine.opening import record_of
from store.audit.audit_log import AuditLog, AuditLogBroken
from store.audit.chain import Broken, Head, SealedRange
from store.audit.heads import kept_in
from store.audit.readings import astray

T = TypeVar("T")


def kept_heads(kept: str | None, settings: Settings) -> tuple[list[Head], Path | None]:
    """The one that is given, or those in the file that is; else those that the hub has kept; and the file."""
    if kept:
        with suppress(ValueError):
            return [Head.parse(kept)], None
    file = Path(kept) if kept else settings.heads_file()
    if file is None or not (kept or file.exists()):
        return [], None
    try:
        found = list(kept_in(file))
    except OSError as error:
        raise ConfigurationError([f"--kept: no head, and no file that can be read: {error.strerror}"]) from None
    if bad := [each for each in found if isinstance(each, int)]:
        raise ConfigurationError([f"{file}: line {number} is no head" for number in bad])
    return [each for each in found if isinstance(each, Head)], file


class Verified(NamedTuple):
    """Where the chain is broken, its newest entry, and under which secrets its entries are sealed."""

    broken: list[Broken]
    head: Head
    ranges: list[SealedRange]


async def verified(usages: AuditLog, kept: list[Head]) -> Verified:
    """Follow the chain from its beginning. If it holds, compare with it by what auditors find its entries."""
    ranges: list[SealedRange] = []
    found = [each async for each in usages.broken(kept, ranges)]
    if not found:
        found = [each async for each in astray(usages.read)]
    return Verified(found, await usages.head(), ranges)


async def ask_record(settings: Settings, ask: Callable[[AuditLog], Awaitable[T]]) -> T:
    """What it says; the record is that of the settings, under the secret that it was written with."""
    async with record_of(settings) as usages:
        try:
            return await ask(usages)
        except AuditLogBroken as error:
            raise ConfigurationError([f"the record cannot be read: {error}"]) from None
