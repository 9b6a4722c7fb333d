"""What one operation reads about people. It is written to the audit log before it is given to the caller.

One operation writes one reading for each person and category. Readings that become due before the last one is written
form one entry for each person. All readings that wait, of whatever operation, are written in one transaction.
"""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from datetime import datetime
from typing import TypeVar

import msgspec
import structlog

from auth.audit_entry import AuditEntry, Reader
from auth.caller import ANYBODY, Caller
from auth.category import Category
from auth.keyed_hasher import KeyedHasher
from auth.masks import redact
from auth.subject import HashedSubject, Subject
from connectors.kit.clock import Clock
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate_stored
from store.audit.audit_log import AuditLog, AuditLogBroken, PendingEntries
from store.audit.chain import Head
from store.audit.news import Missed, New, News
from store.kit.paging import PageRequest, Slice

T = TypeVar("T")

log = structlog.get_logger()

LONGEST = 100
"""The longest operation name in an entry, in characters. A client may choose a name of any length."""


class Auditor:
    """The readings of one operation. Without an audit log, no personal value is given."""

    def __init__(
        self,
        usages: AuditLog | None = None,
        seal: KeyedHasher | None = None,
        clock: Clock | None = None,
        caller: Caller = ANYBODY,
        document: str = "",
        *,
        news: News | None = None,
    ) -> None:
        self._audit_log = usages
        self._hasher = seal
        self._clock = clock
        self._caller = caller
        self._document = document
        self._news = news
        self._operation: str | None = None
        self._noted: dict[tuple[str, Category], PendingEntries] = {}
        self._reading: PendingEntries | None = None

    def call_it(self, operation: str | None) -> None:
        """Set the name of the operation, as the client chose it."""
        self._operation = redact(operation)[:LONGEST] if operation else None

    def begin_event(self) -> None:
        """Begin an event of a subscription. What is read for it is another reading."""
        self._noted.clear()
        self._reading = None

    @property
    def reader(self) -> str | None:
        """The name of the caller's person in the audit log."""
        person = self._caller.person
        return self._hasher.reader(person.subject) if person and self._hasher else None

    def is_own(self, entry: AuditEntry) -> bool:
        """Whether the caller's person was the reader. Old entries may have the provider's name unchanged."""
        person = self._caller.person
        if person is None or self._hasher is None:
            return False
        return entry.reader.person in self._hasher.readers(person.subject)

    async def note(self, person: Subject | HashedSubject, category: Category) -> None:
        """Return when the reading is on disk; raises `RECORD_UNAVAILABLE` if it cannot be written."""
        if self._hasher is None or self._audit_log is None or self._clock is None:
            raise _unavailable()
        subject = person.name if isinstance(person, HashedSubject) else self._hasher.subject(person)
        reading = self._noted.get((subject, category))
        if reading is None:
            if self._reading is None or self._reading.taken:
                self._reading = self._audit_log.begin(self._reader(), self._clock.now())
            reading = self._noted[subject, category] = self._reading
            reading.read.setdefault(subject, set()).add(category.name)
        try:
            if not reading.written:
                await reading.on_disk()
        except AuditLogBroken as error:
            self._noted.pop((subject, category), None)  # so that the next call tries again
            log.error("record.unavailable", error=str(error))  # noqa: TRY400  its cause may hold values
            raise _unavailable() from None

    async def of(
        self,
        persons: Iterable[Subject],
        since: datetime | None,
        until: datetime | None,
        to: Callable[[AuditEntry], T],
        page: PageArguments,
    ) -> Page[T]:
        """A page of the entries about a person, under all subjects of the person; raises `RECORD_UNAVAILABLE`."""
        if self._audit_log is None or self._hasher is None:
            raise _unavailable()
        usages, subjects = self._audit_log, self._hasher.subjects(list(persons))
        head: list[Head] = []

        async def fetch(window: PageRequest) -> Slice[AuditEntry]:
            found, at = await usages.cut(subjects, since, until, window)
            head.append(at)
            return found

        async def count() -> int:
            """Count without entries that were added meanwhile. Reading the audit log is itself an entry."""
            try:
                return await usages.count(subjects, since, until, head[0])
            except AuditLogBroken:
                raise _unavailable() from None

        try:
            return await paginate_stored(fetch, to, page, order="READ", count=count)
        except AuditLogBroken:
            raise _unavailable() from None

    async def between(
        self, persons: Iterable[Subject], since: datetime | None, until: datetime | None, *, offset: int, limit: int
    ) -> tuple[int, list[AuditEntry]]:
        """The same, oldest first, by offset and limit, and how many there are in all. Raises `RECORD_UNAVAILABLE`."""
        if self._audit_log is None or self._hasher is None:
            raise _unavailable()
        subjects = self._hasher.subjects(list(persons))
        try:
            return await self._audit_log.numbered(subjects, since, until, offset=offset, limit=limit)
        except AuditLogBroken:
            raise _unavailable() from None

    def all_of(self, persons: Iterable[Subject]) -> AsyncIterator[AuditEntry]:
        """All entries, oldest first, one by one; raises `RECORD_UNAVAILABLE`, or `AuditLogBroken` on the way."""
        if self._audit_log is None or self._hasher is None:
            raise _unavailable()
        return self._audit_log.all_of(self._hasher.subjects(list(persons)))

    async def news(self, persons: Iterable[Subject]) -> AsyncGenerator[New, None]:
        """Each new entry about a person; raises `RECORD_UNAVAILABLE`, or `EVENTS_MISSED` if the client is too slow."""
        if self._news is None or self._hasher is None:
            raise _unavailable()
        try:
            async with aclosing(self._news.of(self._hasher.subjects(list(persons)))) as found:
                async for each in found:
                    yield each
        except AuditLogBroken:
            raise _unavailable() from None
        except Missed:
            raise UserError(
                "EVENTS_MISSED",
                id="Terjadi lebih banyak daripada yang sempat diambil; baca dataUsage, lalu berlangganan lagi.",
                en="There were more events than your connection could take. Read dataUsage, then subscribe again.",
            ) from None

    async def note_event(self, new: New, person: Subject | HashedSubject, category: Category) -> None:
        """Return when it is on disk that the person was told of an event.

        All subscriptions of the person write it once.
        """

        async def write() -> None:
            own = Auditor(self._audit_log, self._hasher, self._clock, self._caller, self._document)
            own.call_it(self._operation)
            await own.note(person, category)

        reader = msgspec.structs.replace(self._reader(), operation=None, digest=None)
        await new.recorded.join((person, category, reader), write)

    def _reader(self) -> Reader:
        caller, declared = self._caller, self._caller.declared
        return Reader(
            audience=caller.audience,
            person=self.reader,
            agency=caller.person.agency if caller.person else None,
            app=caller.app.code if caller.app else None,
            purpose=declared.purpose if declared else None,
            case=declared.case if declared else None,
            operation=self._operation,
            digest=hashlib.sha256(self._document.encode()).hexdigest(),
        )


def _unavailable() -> UserError:
    return UserError(
        "RECORD_UNAVAILABLE",
        id="Catatan akses tidak dapat ditulis sekarang; tanpa catatan, data pribadi tidak diberikan.",
        en="The audit log cannot be written now, so no personal data are given.",
    )
