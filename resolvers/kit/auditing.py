"""What one operation reads of people, written to the record before it is given to anybody.

A reading is written once in an operation for each person and category. Those that become due before it is written are
one entry a person; all that waits, of whatever operation, is one transaction.
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
from store.audit.audit_log import AuditLog, AuditLogBroken, Reading
from store.audit.chain import Head
from store.audit.news import Missed, New, News
from store.kit.paging import PageRequest, Slice

T = TypeVar("T")

log = structlog.get_logger()

LONGEST = 100
"""Letters of an operation's name that an entry has; a client may choose a name of any length."""


class Auditor:
    """The readings of one operation. Without a record, nothing personal is given."""

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
        self._noted: dict[tuple[str, Category], Reading] = {}
        self._reading: Reading | None = None

    def call_it(self, operation: str | None) -> None:
        """The operation's name, as the client chose it."""
        self._operation = redact(operation)[:LONGEST] if operation else None

    @property
    def reader(self) -> str | None:
        """How entries call the person who asks."""
        person = self._caller.person
        return self._hasher.reader(person.subject) if person and self._hasher else None

    def is_own(self, entry: AuditEntry) -> bool:
        """Whether the person who asks was the reader; entries from before may have the provider's name as it is."""
        person = self._caller.person
        return person is not None and entry.reader.person in {person.subject, self.reader}

    async def note(self, person: Subject | HashedSubject, category: Category) -> None:
        """Return once it is on disk that this person's data were read; raises `RECORD_UNAVAILABLE` if it cannot be."""
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
            self._noted.pop((subject, category), None)  # the next one tries again
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
        """A page of what was read of a person, by all names that the person has; raises `RECORD_UNAVAILABLE`."""
        if self._audit_log is None or self._hasher is None:
            raise _unavailable()
        usages, subjects = self._audit_log, self._hasher.subjects(persons)
        head: list[Head] = []

        async def fetch(window: PageRequest) -> Slice[AuditEntry]:
            found, at = await usages.cut(subjects, since, until, window)
            head.append(at)
            return found

        async def count() -> int:
            """Without what is added meanwhile: that this is read is recorded, too."""
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
        """The same, oldest first, by numbers; and how many there are in all. Raises `RECORD_UNAVAILABLE`."""
        if self._audit_log is None or self._hasher is None:
            raise _unavailable()
        subjects = self._hasher.subjects(persons)
        try:
            return await self._audit_log.numbered(subjects, since, until, offset=offset, limit=limit)
        except AuditLogBroken:
            raise _unavailable() from None

    def all_of(self, persons: Iterable[Subject]) -> AsyncIterator[AuditEntry]:
        """All of it, oldest first, as it is read; raises `RECORD_UNAVAILABLE`, or `AuditLogBroken` on the way."""
        if self._audit_log is None or self._hasher is None:
            raise _unavailable()
        return self._audit_log.all_of(self._hasher.subjects(persons))

    async def news(self, persons: Iterable[Subject]) -> AsyncGenerator[New, None]:
        """Each reading of a person from now on; raises `RECORD_UNAVAILABLE`, or `EVENTS_MISSED` for who is too slow."""
        if self._news is None or self._hasher is None:
            raise _unavailable()
        try:
            async with aclosing(self._news.of(self._hasher.subjects(persons))) as found:
                async for each in found:
                    yield each
        except AuditLogBroken:
            raise _unavailable() from None
        except Missed:
            raise UserError(
                "EVENTS_MISSED",
                id="Terjadi lebih banyak daripada yang sempat diambil; baca dataUsage, lalu berlangganan lagi.",
                en="More happened than was taken; read dataUsage, then subscribe again.",
            ) from None

    async def note_event(self, new: New, person: Subject | HashedSubject, category: Category) -> None:
        """Return once it is on disk that the person was told of this: once, however many subscriptions tell it."""

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
        en="The record of access cannot be written now; without it, personal data are not given.",
    )
