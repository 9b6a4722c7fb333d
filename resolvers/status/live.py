"""The status of agencies as it changes."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import timedelta

from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.live import LiveThing
from resolvers.status.board import AgencyStatus, Board, read_board

KEY = ("status", "board")
LOOKS_EVERY = timedelta(seconds=2)


def _told_of(status: AgencyStatus) -> object:
    """What a change of is an event. The age of data grows by itself, so it is none."""
    return status.code, status.state, status.maintenance, status.recovery


def _told(board: Board) -> object:
    return tuple(map(_told_of, board.agencies))


BOARD: LiveThing[Context, Board] = LiveThing(
    KEY, LOOKS_EVERY, lambda ctx: read_board(ctx.agencies, ctx.store, ctx.clock), _told
)


def told_at_once(ctx: Context) -> None:
    """Tell the subscribers, of all processes of the hub, that something was announced or withdrawn."""
    ctx.live.changed(KEY)


async def agency_status(
    _root: None, ctx: Context, *, codes: Sequence[str] | None = None, domain: str | None = None
) -> AsyncGenerator[AgencyStatus, None]:
    def chosen(code: str, of: str) -> bool:
        return (codes is None or code in codes) and domain in {None, of}

    if not any(chosen(each.agency.code, each.agency.domain) for each in ctx.agencies):
        raise UserError("NOT_FOUND", id="Tidak ada instansi seperti itu.", en="There is no such agency.")
    told: dict[str, object] = {}
    async with aclosing(ctx.live.of(ctx, BOARD)) as boards:
        async for board in boards:
            for each in board.agencies:
                if chosen(each.code, each.domain) and told.get(each.code) != (now := _told_of(each)):
                    told[each.code] = now
                    yield each
