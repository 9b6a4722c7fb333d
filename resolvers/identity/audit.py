"""Who read what of whom, for auditors."""

from datetime import datetime

import msgspec
import structlog

from auth.audit_entry import AuditEntry
from auth.caller import Audience
from auth.subject import HashedSubject, Subject, sub
from resolvers.kit.auditing import record_unavailable
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate_stored
from resolvers.kit.personal import PersonalValue
from store.audit.audit_log import AuditLogBroken
from store.audit.readings import Readings, ReadingsWanted
from store.kit.paging import PageRequest, Slice, storable

log = structlog.get_logger()

WHOLE = sub("record audit")
"""What a look is about that is for nobody's entries in particular: no person, but the record as a whole."""
READER, PERSON = "reader of the record", "person of the record"
"""The kinds of covered ids. The same person has the same id in all entries, and nobody else can read it."""


class AccessEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the audit log, as an auditor sees it. `reader` and `person` are covered ids."""

    code: str
    read_at: datetime
    categories: tuple[str, ...]
    person: str
    audience: Audience
    reader: str | None
    agency: str | None
    app: str | None
    purpose: str | None
    case: str | None
    operation: str | None
    document: str | None


async def record_of_access(
    _root: None,
    ctx: Context,
    *,
    purpose: str | None = None,
    case: str | None = None,
    reader: str | None = None,
    agency: str | None = None,
    app: str | None = None,
    person: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    page: PageArguments,
) -> PersonalValue[Page[AccessEntry]]:
    """The entries about all people, newest first. This look is an entry too, which is written before it is shown.

    A look at one person's entries is about this person, who finds it in the own record.
    """
    wanted = ReadingsWanted(
        subject=_lifted(ctx, "person", PERSON, person),
        reader=_lifted(ctx, "reader", READER, reader),
        agency=_text("agency", agency),
        app=_text("app", app),
        purpose=_text("purpose", purpose),
        case=_text("case", case),
        since=since,
        until=until,
    )
    readings, heads = ctx.store.of(Readings), list[int]()

    async def fetch(window: PageRequest) -> Slice[AuditEntry]:
        found, head = await readings.cut(wanted, window)
        heads.append(head)
        return found

    async def count() -> int:
        """Without what has come since then, such as the entry of this look."""
        try:
            return await readings.count(wanted, heads[0])
        except AuditLogBroken as error:
            raise _unreadable(error) from None

    try:
        found = await paginate_stored(fetch, lambda entry: _shown(ctx, entry), page, order="ACCESS", count=count)
    except AuditLogBroken as error:
        raise _unreadable(error) from None
    about: Subject | HashedSubject = HashedSubject(wanted.subject) if wanted.subject else WHOLE
    return PersonalValue(found, about)


def _shown(ctx: Context, entry: AuditEntry) -> AccessEntry:
    reader = entry.reader
    return AccessEntry(
        code=str(entry.sequence),
        read_at=entry.at,
        categories=tuple(each for each in entry.categories if each in ctx.categories),
        person=ctx.cover.put(PERSON, entry.subject),
        audience=reader.audience,
        reader=ctx.cover.put(READER, reader.person) if reader.person else None,
        agency=reader.agency,
        app=reader.app,
        purpose=reader.purpose,
        case=reader.case,
        operation=reader.operation,
        document=reader.digest,
    )


def _lifted(ctx: Context, argument: str, kind: str, covered: str | None) -> str | None:
    """The name in the record; raises BAD_USER_INPUT for what is no id of this kind."""
    if covered is None:
        return None
    name = ctx.cover.lifted(kind, covered)
    if name is None:
        raise UserError(
            "BAD_USER_INPUT",
            id=f"{argument}: id dari {argument} sebuah catatan dalam daftar ini.",
            en=f"{argument}: an id that stands as `{argument}` in an entry of this list.",
        )
    return name


def _text(argument: str, given: str | None) -> str | None:
    """What the database can compare; raises BAD_USER_INPUT."""
    if given is not None and not storable(given):
        raise UserError(
            "BAD_USER_INPUT",
            id=f"{argument}: ada huruf yang tidak dapat disimpan.",
            en=f"{argument}: it has a character that cannot be stored.",
        )
    return given


def _unreadable(error: AuditLogBroken) -> UserError:
    log.error("record.unavailable", error=str(error))
    return record_unavailable()
