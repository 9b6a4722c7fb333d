"""Delivers the complaints of the outbox. Of several processes, one delivers each complaint, and it delivers it once.

No desk accepts a key, so a second POST would be a second complaint. The deliverer therefore stores each attempt before
it makes it, and marks the complaint as doubtful. The mark is removed when the complaint certainly did not arrive. As
long as the mark is there, the deliverer asks the desk whether the complaint has arrived before it sends it again. If
the desk cannot be asked, the complaint stays in doubt: it is not sent again, and the person sees that.

One case remains in which a complaint is sent twice: a desk accepts it, does not list it when the hub asks, and lists it
after that. The hub asks after a minute at the earliest. For topics that get their number later, it waits for a day.
"""

import asyncio
import os
import secrets
import traceback
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import structlog

from auth.cover import Cover
from connectors.complaints.records import ComplaintDesk, DeskRefusal, Letter, Numbering, Receipt
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError, AgencyRejected, AgencyThrottled, AgencyUnavailable, HubThrottled
from connectors.kit.together import together
from connectors.kit.waiting import set_within
from store.complaints.outbox import Delivery, Outbox, StoredComplaint, opened
from store.kit.database import StoreBroken

log = structlog.get_logger()

AnyDesk = ComplaintDesk[Any, Any]

SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=1)
"""The pause after a failed attempt. It doubles each time, between these limits."""
REJECTED_AGAIN = timedelta(hours=1)
"""The pause after the desk has refused the hub's credentials."""
SETTLED_AGAIN = timedelta(minutes=10)
"""The pause before a desk is asked again for the number of a token."""
LISTED_WITHIN = timedelta(days=1)
"""How long a desk that numbers complaints later may take to list one."""
REFUSED_AFTER = 3
"""After so many refusals the hub gives up. One is not enough: the same code means that the desk's system is down."""
UNDELIVERED_KEPT = timedelta(days=30)
"""How long the text of a complaint is kept that could not be delivered, so that the person can read it."""


class Deliverer:
    """The background work of this domain. `desks` are looked up in each round, because the configuration may change."""

    def __init__(
        self, outbox: Outbox, desks: Iterable[AnyDesk], *, cover: Cover, clock: Clock, pause: float = 1.0
    ) -> None:
        self._outbox = outbox
        self._given = desks
        self._cover = cover
        self._clock = clock
        self._pause = pause
        self._holder = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Deliver until `stop`."""
        while not self._stopping.is_set():
            self._outbox.filled.clear()
            try:
                await self.round()
            except StoreBroken as error:
                log.error("complaints.store_broken", error=str(error))  # noqa: TRY400  where from says nothing
            except Exception as error:  # noqa: BLE001  the worker goes on, and the text of the error may hold values
                lines = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
                log.error("complaints.broken", error=type(error).__name__, lines=lines)  # noqa: TRY400
            await self._rest()

    def stop(self) -> None:
        """Begin nothing new. A call that is under way is completed, within the desk's time limit."""
        self._stopping.set()
        self._outbox.filled.set()

    async def round(self) -> None:
        """Do once what is due: all desks at the same time, and at each desk one complaint after the other."""
        desks = {desk.agency.code: desk for desk in self._given}
        if not desks:
            return
        due = sorted(await self._outbox.due(desks, self._clock.now()), key=itemgetter(0))
        await together(
            self._at(desks[agency], [key for _, key in keys]) for agency, keys in groupby(due, itemgetter(0))
        )

    async def _rest(self) -> None:
        await set_within(self._outbox.filled, self._pause)

    async def _at(self, desk: AnyDesk, keys: Iterable[str]) -> None:
        for key in keys:
            if self._stopping.is_set() or not await self._see_to(desk, key):
                return

    async def _see_to(self, desk: AnyDesk, key: str) -> bool:
        """Whether the desk can be asked for the next one."""
        now = self._clock.now()
        taken = await self._outbox.acquire(key, self._holder, now, now + _lease(desk))
        if taken is None:
            return True
        kept, text = taken
        if kept.state is Delivery.WAITING:
            return await self._deliver(desk, kept, opened(self._cover, key, text))
        if kept.state is Delivery.DELIVERED and kept.token and not kept.number:
            return await self._settle(desk, kept, kept.token)
        await self._end(kept, letter=None, due_at=None)
        return True

    async def _deliver(self, desk: AnyDesk, kept: StoredComplaint, letter: Letter | None) -> bool:
        if letter is None:  # sealed under another secret than the hub has now
            await self._undelivered(kept, Delivery.REFUSED, "LETTER_UNREADABLE")
            return True
        recognises = desk.recognises and letter.numbering is not Numbering.NEVER
        if kept.doubtful:
            ended = await self._look_for(desk, kept, letter, recognises=recognises)
            if ended is not None:
                return ended
        if await self._outbox.begin(kept.key, self._holder, self._clock.now()):
            return await self._send(desk, kept, letter, final=not recognises)
        log.warning("complaint.lost", agency=kept.agency)
        return True

    async def _look_for(self, desk: AnyDesk, kept: StoredComplaint, letter: Letter, *, recognises: bool) -> bool | None:
        """Ask the desk whether a doubtful complaint has arrived; None if it is to be sent again."""
        if not recognises:
            await self._undelivered(kept, Delivery.IN_DOUBT, kept.problem or AgencyUnavailable.code)
            return True
        try:
            arrived = await self._arrived(desk, kept, letter)
        except AgencyError as error:
            return await self._failed(desk, kept, error, doubtful=True)
        if arrived:
            await self._delivered(kept, arrived)
            return True
        if self._may_be_listed_later(kept, letter):
            await self._end(kept, due_at=self._clock.now() + _backoff(kept))
            return True
        return None

    async def _send(self, desk: AnyDesk, kept: StoredComplaint, letter: Letter, *, final: bool) -> bool:
        """Send it. `final`: it is not sent again if its answer is lost."""
        try:
            found = (await desk.send(letter).execute()).records
        except AgencyError as error:
            return await self._failed(desk, kept, error, doubtful=not _certainly_not(error), final=final)
        if isinstance(found, DeskRefusal):
            await self._refused(kept, found)
        else:
            await self._delivered(kept, found)
        return True

    async def _arrived(self, desk: AnyDesk, kept: StoredComplaint, letter: Letter) -> Receipt | None:
        """The desk's own entry of this complaint since the first attempt, if no other complaint has its number."""
        since = kept.first_tried_at or self._clock.now()
        for each in (await desk.find(letter, since).execute()).records:
            known = await self._outbox.numbered(desk.agency.code, each.reference) if each.reference else None
            if known is None or known.key == kept.key:
                return each
        return None

    def _may_be_listed_later(self, kept: StoredComplaint, letter: Letter) -> bool:
        """Whether the desk lists complaints of this topic late, so that its silence says nothing yet."""
        since = kept.tried_at
        return letter.numbering is Numbering.LATER and since is not None and self._clock.now() < since + LISTED_WITHIN

    async def _settle(self, desk: AnyDesk, kept: StoredComplaint, token: str) -> bool:
        again = self._clock.now() + SETTLED_AGAIN
        try:
            number = (await desk.settle(token).execute()).records
        except AgencyError as error:
            await self._end(kept, due_at=max(again, self._after(error)), problem=error.code)
            return not isinstance(error, AgencyUnavailable)
        await self._end(kept, number=number, due_at=None if number else again, problem=None)
        return True

    async def _delivered(self, kept: StoredComplaint, receipt: Receipt) -> None:
        now = self._clock.now()
        known: dict[str, Any] = {"number": receipt.reference, "token": receipt.token, "notice": receipt.notice}
        settles = receipt.token and not receipt.reference
        log.info("complaint.delivered", agency=kept.agency, attempts=kept.attempts + 1)
        await self._end(
            kept,
            state=Delivery.DELIVERED,
            letter=None,
            doubtful=False,
            problem=None,
            delivered_at=now,
            due_at=now + SOONEST if settles else None,
            **known,
        )

    async def _refused(self, kept: StoredComplaint, why: DeskRefusal) -> None:
        if why is DeskRefusal.NO_SUCH_TOPIC or kept.refusals + 1 >= REFUSED_AFTER:
            await self._undelivered(kept, Delivery.REFUSED, why.value)
        else:
            again = self._clock.now() + _backoff(kept)
            await self._end(kept, doubtful=False, refusals=kept.refusals + 1, problem=why.value, due_at=again)

    async def _failed(
        self, desk: AnyDesk, kept: StoredComplaint, error: AgencyError, *, doubtful: bool, final: bool = False
    ) -> bool:
        log.warning("complaint.undelivered", agency=kept.agency, code=error.code, reason=error.reason)
        after = self._after(error)
        if doubtful and final:
            await self._undelivered(kept, Delivery.IN_DOUBT, error.code)
        else:
            wait = REJECTED_AGAIN if isinstance(error, AgencyRejected) else _backoff(kept)
            await self._end(kept, doubtful=doubtful, problem=error.code, due_at=max(self._clock.now() + wait, after))
        if not isinstance(error, AgencyUnavailable):
            return True
        await self._outbox.postpone(desk.agency.code, max(self._clock.now() + SOONEST, after))
        return False

    async def _undelivered(self, kept: StoredComplaint, state: Delivery, problem: str) -> None:
        log.warning("complaint.given_up", agency=kept.agency, state=state.value, problem=problem)
        await self._end(kept, state=state, problem=problem, due_at=self._clock.now() + UNDELIVERED_KEPT)

    async def _end(self, kept: StoredComplaint, **values: Any) -> None:
        if not await self._outbox.release(kept.key, self._holder, **values):
            log.warning("complaint.lost", agency=kept.agency)

    def _after(self, error: AgencyError) -> datetime:
        return self._clock.now() + timedelta(seconds=error.retry_after or 0)


def _lease(desk: AnyDesk) -> timedelta:
    """The lease is longer than one attempt: two calls, each within the desk's time limit."""
    return timedelta(seconds=60 + 3 * desk.agency.limits.timeout)


def _backoff(kept: StoredComplaint) -> timedelta:
    return min(LATEST, SOONEST * int(2 ** min(kept.attempts, 10)))


def _certainly_not(error: AgencyError) -> bool:
    """Whether the complaint certainly did not arrive: nothing was sent, or the desk has refused it."""
    return not error.reached or isinstance(error, AgencyRejected | AgencyThrottled | HubThrottled)
