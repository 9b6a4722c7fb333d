"""The board: how all agencies do, and what is announced of them, for the graph and for the pages alike."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import msgspec

from connectors.kit.clock import Clock
from connectors.kit.connector import AnyConnector
from connectors.kit.health import Condition, Health
from connectors.registry import Agencies
from resolvers.kit.context import Context
from store.kit.database import StoreBroken
from store.kit.store import Store
from store.status.announcements import Announcement, AnnouncementKind, Announcements
from store.status.changes import ChangeKind, StatusChange, StatusChanges
from store.status.standing import Copied, standing_of

PATIENCE = 1.0
"""Seconds that the store may take. A board without it is better than a late one."""


class AgencyStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How one agency does, and what is announced of it.

    `lag` is in seconds. `owner` is the code of the agency that answers for it. `announcements` are None if the store
    does not answer.
    """

    code: str
    name: str
    domain: str
    owner: str
    state: Condition
    since: datetime | None
    last_success: datetime | None
    lag: int | None
    health: Health
    open_findings: int
    announcements: tuple[Announcement, ...] | None

    @property
    def maintenance(self) -> Announcement | None:
        """The maintenance that is under way, or else the next one."""
        found = [each for each in self.announcements or () if each.kind is AnnouncementKind.MAINTENANCE]
        return min(found, key=lambda each: (each.starts_at or each.ends_at, each.code), default=None)

    @property
    def recovery(self) -> Announcement | None:
        """The recovery that is expected, as long as the agency does not answer as it should."""
        if self.state is Condition.UP:
            return None
        return next((each for each in self.announcements or () if each.kind is AnnouncementKind.RECOVERY), None)


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """All agencies at one moment, in the order of the configuration.

    `announcements` are all of the last days, also those that are over or withdrawn; `changes` are the newest first.
    Without the store, `store_answers` is false: then nothing of both is known, and no state of a copy.
    """

    at: datetime
    agencies: tuple[AgencyStatus, ...]
    announcements: tuple[Announcement, ...]
    changes: tuple[StatusChange, ...]
    store_answers: bool


async def read_board(agencies: Agencies, store: Store, clock: Clock) -> Board:
    """The board now. No agency is asked, and the store is asked for nothing that is known."""
    now = clock.now()
    copies: Copied = {}
    announcements: list[Announcement] = []
    changes: tuple[StatusChange, ...] = ()
    answers = True
    try:
        async with asyncio.timeout(PATIENCE):
            copies = await store.copies.recent()
            announcements = await store.of(Announcements).recent(now)
            changes = await store.of(StatusChanges).recent(now)
    except (StoreBroken, TimeoutError):
        answers = False
    standing = [each for each in announcements if each.stands(now)] if answers else None
    gone = _gone_since(changes)
    return Board(
        at=now,
        agencies=tuple(_status(each, copies, clock, standing, gone) for each in agencies),
        announcements=tuple(announcements),
        changes=changes,
        store_answers=answers,
    )


async def board_of(ctx: Context) -> Board:
    """The board, once in an operation."""
    return await ctx.once(("status", "board"), lambda: read_board(ctx.agencies, ctx.store, ctx.clock))


def _gone_since(changes: tuple[StatusChange, ...]) -> Mapping[str, datetime]:
    """Since when the agencies are gone whose last change says so; a process that has just started knows only this."""
    last = {each.agency: each for each in reversed(changes)}
    return {code: each.at for code, each in last.items() if each.kind is ChangeKind.GONE}


def _status(
    connector: AnyConnector,
    copies: Copied,
    clock: Clock,
    standing: list[Announcement] | None,
    gone: Mapping[str, datetime],
) -> AgencyStatus:
    found, code = standing_of(connector, copies, clock), connector.agency.code
    since = found.since
    if found.condition is Condition.DOWN and code in gone:
        since = min(gone[code], since or gone[code])
    mine = None if standing is None else tuple(each for each in standing if each.agency == code)
    return AgencyStatus(
        code=code,
        name=connector.agency.name,
        domain=connector.agency.domain,
        owner=connector.belongs_to,
        state=found.condition,
        since=since,
        last_success=found.last_success,
        lag=None if found.lag is None else int(found.lag.total_seconds()),
        health=found.health,
        open_findings=connector.findings.open,
        announcements=mine,
    )
