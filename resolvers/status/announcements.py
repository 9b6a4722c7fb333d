"""Announcements: everybody reads them, and administrators make, change and withdraw them."""

from datetime import UTC, datetime, timedelta

import structlog

from connectors.kit.bilingual import Bilingual
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.status.live import told_at_once
from store.status.announcements import Announcement, AnnouncementKind, Announcements, new_code

log = structlog.get_logger()

LONGEST = timedelta(days=31)
"""How long one maintenance may last."""
FURTHEST = timedelta(days=366)
"""How far ahead anything is announced."""


async def announcements(
    _root: None, ctx: Context, *, agency: str | None = None, page: PageArguments
) -> Page[Announcement]:
    standing = await _store(ctx).standing(ctx.clock.now())
    found = [each for each in standing if agency in {None, each.agency}]
    return paginate(found, lambda each: (int(each.ends_at.timestamp()), each.code), page, order="announcements")


async def announcement(ctx: Context, code: str) -> Announcement | None:
    return await _store(ctx).with_code(code)


def text(root: Announcement, ctx: Context) -> str:
    return root.text[ctx.language]


def agency_name(root: Announcement, ctx: Context) -> str:
    return ctx.agencies.name(root.agency)


async def announce_maintenance(
    _root: None, ctx: Context, *, agency: str, starts_at: datetime, ends_at: datetime, indonesian: str, english: str
) -> Announcement:
    wanted = _wanted(ctx, agency, (starts_at, ends_at), _texts(indonesian, english))
    return _said(ctx, "announced", await _store(ctx).announce(wanted))


async def change_maintenance(
    _root: None, ctx: Context, *, code: str, starts_at: datetime, ends_at: datetime, indonesian: str, english: str
) -> Announcement:
    known = await _store(ctx).with_code(code)
    if known is None:
        raise _not_found()
    wanted = _wanted(ctx, known.agency, (starts_at, ends_at), _texts(indonesian, english))
    changed = await _store(ctx).change(code, wanted)
    if changed is None:
        raise _not_found()
    return _said(ctx, "changed", changed)


async def announce_recovery(
    _root: None, ctx: Context, *, agency: str, at: datetime, indonesian: str, english: str
) -> Announcement:
    wanted = _wanted(ctx, agency, (None, at), _texts(indonesian, english))
    return _said(ctx, "announced", await _store(ctx).announce(wanted))


async def withdraw_announcement(_root: None, ctx: Context, *, code: str) -> Announcement:
    found = await _store(ctx).withdraw(code, ctx.auditor.reader or "", ctx.clock.now())
    if found is None:
        raise _not_found()
    return _said(ctx, "withdrawn", found)


def _wanted(ctx: Context, agency: str, lasting: tuple[datetime | None, datetime], text: Bilingual) -> Announcement:
    now, (starts_at, ends_at) = ctx.clock.now(), lasting
    if agency not in {each.agency.code for each in ctx.agencies}:
        raise _bad("agency: tidak ada instansi dengan kode ini.", "agency: there is no agency with this code.")
    if not now < ends_at <= now + FURTHEST:
        named = "endsAt" if starts_at else "at"
        raise _bad(
            f"{named} harus jatuh dalam {FURTHEST.days} hari ke depan.",
            f"{named} must be in the next {FURTHEST.days} days.",
        )
    if starts_at and not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise _bad(
            f"startsAt harus sebelum endsAt, paling lama {LONGEST.days} hari.",
            f"startsAt must be before endsAt, by {LONGEST.days} days at most.",
        )
    return Announcement(
        code=new_code(),
        kind=AnnouncementKind.MAINTENANCE if starts_at else AnnouncementKind.RECOVERY,
        agency=agency,
        starts_at=starts_at and starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC),
        text=text,
        made_at=now,
        made_by=ctx.auditor.reader or "",
    )


def _texts(indonesian: str, english: str) -> Bilingual:
    return Bilingual(id=_line("indonesian", indonesian), en=_line("english", english))


def _line(name: str, given: str) -> str:
    """One line of text, as pages and feeds show it."""
    line = given.strip()
    if not line or not line.isprintable():
        raise _bad(f"{name}: satu baris teks, tidak kosong.", f"{name}: one line of text, and not blank.")
    return line


def _said(ctx: Context, what: str, found: Announcement) -> Announcement:
    log.info(
        "status.announcement",
        what=what,
        code=found.code,
        kind=found.kind.value,
        agency=found.agency,
        by=found.changed_by or found.made_by,
    )
    told_at_once(ctx)
    return found


def _store(ctx: Context) -> Announcements:
    return ctx.store.of(Announcements)


def _bad(indonesian: str, english: str) -> UserError:
    return UserError("BAD_USER_INPUT", id=indonesian, en=english)


def _not_found() -> UserError:
    return UserError(
        "NOT_FOUND",
        id="Tidak ada pengumuman yang berlaku dengan kode ini.",
        en="There is no standing announcement with this code.",
    )
