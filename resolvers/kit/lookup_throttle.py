"""What is looked up by a number that could be the next one: counted, slowed, and refused to who asks too many."""

import math

from resolvers.kit.context import Context
from resolvers.kit.errors import UserError


async def throttled(ctx: Context, kind: str, number: str) -> None:
    """Return once this caller may know of this number, before anybody is asked; raises LOOKUPS_EXCEEDED.

    Within one operation those that have to wait do so one after the other.
    """
    await ctx.once(("lookup", kind, number), lambda: _counted(ctx, f"{kind}:{number}"))


async def _counted(ctx: Context, thing: str) -> None:
    if ctx.lookup_throttle is None:
        return
    lookup = await ctx.lookup_throttle.look(ctx.caller, ctx.address, thing)
    if not lookup.allowed:
        minutes = math.ceil(lookup.retry_after / 60)
        raise UserError(
            "LOOKUPS_EXCEEDED",
            id=f"Terlalu banyak nomor berbeda yang ditanyakan; coba lagi {minutes} menit lagi.",
            en=f"Too many different numbers were asked for; try again in {minutes} minutes.",
            told={"retryAfter": math.ceil(lookup.retry_after)},
        )
    if lookup.wait:
        async with ctx.waiting:
            await ctx.clock.sleep(lookup.wait)
