"""Lookups by consecutive numbers are counted, slowed down, and refused if a caller looks up too many."""

import math

from connectors.kit.at_once import refuse_to_wait
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError


async def throttled(ctx: Context, kind: str, number: str) -> None:
    """Return when this caller may look up this number, before any agency is asked; raises LOOKUPS_EXCEEDED.

    Within one operation, lookups that must wait do so one after the other.
    """
    ctx.life.never("lookup")
    throttle = ctx.lookup_throttle
    if throttle is None:
        return
    thing = f"{kind}:{number}"
    lookup = await ctx.once(("lookup", kind, number), lambda: throttle.look(ctx.caller, ctx.address, thing))
    if not lookup.allowed:
        minutes = math.ceil(lookup.retry_after / 60)
        raise UserError(
            "LOOKUPS_EXCEEDED",
            id=f"Terlalu banyak nomor berbeda yang ditanyakan; coba lagi {minutes} menit lagi.",
            en=f"You looked up too many different numbers; try again in {minutes} minutes.",
            told={"retryAfter": math.ceil(lookup.retry_after)},
        )
    if lookup.wait:
        await ctx.once(("wait of a lookup", kind, number), lambda: _wait(ctx, lookup.wait))


async def _wait(ctx: Context, seconds: float) -> None:
    refuse_to_wait()
    async with ctx.waiting:
        await ctx.clock.sleep(seconds)
