"""The beds of one hospital as they change."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta

from resolvers.beds.hospitals import beds
from resolvers.beds.rules import HospitalBeds
from resolvers.beds.sources import hospital_with_code, kept_for
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.live import LiveThing


async def hospital_beds(_root: None, ctx: Context, *, code: str) -> AsyncGenerator[HospitalBeds, None]:
    hospital = hospital_with_code(ctx, code)
    if hospital is None:
        raise UserError(
            "NOT_FOUND", id="Tidak ada rumah sakit dengan kode ini.", en="There is no hospital with this code."
        )
    every: timedelta = kept_for(ctx, code)
    thing = LiveThing[Context, HospitalBeds](("beds", code), every, lambda nobody: beds(hospital, nobody), _told)
    async with aclosing(ctx.live.of(ctx, thing)) as found:
        async for each in found:
            yield each


def _told(found: HospitalBeds) -> object:
    """What a change of is an event: the counts and whether they hold, and not when they were fetched."""
    return found.rooms, found.stale, found.source.agency, found.source.problem
