"""The newest entries of the audit log, kept outside of it. They show later whether its end was cut off."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from connectors.kit.clock import Clock
from connectors.kit.waiting import set_within
from store.audit.audit_log import AuditLog, AuditLogBroken
from store.audit.chain import START, Head

log = structlog.get_logger()

OWNER_ALONE = 0o600


class Heads:
    """Keeps the newest head regularly, in the log and, if one is configured, in a file that only grows."""

    def __init__(self, usages: AuditLog, file: Path | None, clock: Clock) -> None:
        self._usages = usages
        self._file = file
        self._clock = clock
        self._kept: Head | None = None

    @asynccontextmanager
    async def kept(self, every: float) -> AsyncIterator[None]:
        """Keep the head at once, every so many seconds while the block runs, and at its end."""
        ended = asyncio.Event()

        async def run() -> None:
            while not ended.is_set():
                await self.keep()
                await set_within(ended, every)

        running = asyncio.create_task(run())
        try:
            yield
        finally:
            ended.set()
            await running
            await self.keep()

    async def keep(self) -> None:
        """Keep the head if it has changed. Log an error if the head before it is no longer in the audit log."""
        try:
            if (before := self._kept) is None:
                before = await asyncio.to_thread(newest, self._file) if self._file else START
            head = await self._usages.head()
            if head != before:
                if before != START and not await self._usages.stands(before):
                    log.error("record.cut", kept=str(before))
                log.info("record.head", head=str(head))
                if self._file:
                    await asyncio.to_thread(self._add, self._file, head)
            self._kept = head
        except (AuditLogBroken, OSError) as error:
            log.error("record.head_not_kept", error=type(error).__name__)  # noqa: TRY400  its text may hold values

    def _add(self, file: Path, head: Head) -> None:
        """Add a line with one write, so that the lines of several hubs never mix."""
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWNER_ALONE)
        try:
            os.write(handle, f"{self._clock.now().isoformat()} {head}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)


def kept_in(file: Path) -> Iterator[Head | int]:
    """The heads in the file, oldest first; for a line without a head, its number. Raises OSError."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield Head.parse(line.split()[-1])
            except (ValueError, IndexError):
                yield number


def newest(file: Path) -> Head:
    """The last head in the file, or the head before the first entry. Raises OSError."""
    if not file.exists():
        return START
    return next((each for each in reversed([*kept_in(file)]) if isinstance(each, Head)), START)
