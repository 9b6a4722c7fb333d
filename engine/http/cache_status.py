"""What an HTTP answer says of the cache: `Cache-Status` (RFC 9211) and `Age` (RFC 9111), over all its agencies."""

import math
from collections.abc import Sequence
from datetime import datetime

from connectors.kit.reading import State
from engine.answers.kept import KeptAnswer
from resolvers.kit.context import Context
from resolvers.kit.provenance import AgencyTouched

CACHE = "simpul"


def cache_headers(ctx: Context) -> dict[str, str]:
    """The headers of an answer; none where no agency has a part in it.

    `hit`: nobody was asked for it; its `ttl` says when the first of the kept answers stops being fresh. `fwd=miss`: an
    agency was asked. `fwd=stale`: one was asked, and an older answer is served because it failed. `detail` is the code
    of the failure, or the state of the answer.
    """
    touched = ctx.sources.listed()
    oldest = max((each.age_seconds for each in touched if each.age_seconds is not None), default=None)
    return _headers(touched, ctx.life.clock.now(), oldest, asked=ctx.sources.asked)


def kept_headers(kept: KeptAnswer, now: float, moment: datetime) -> dict[str, str]:
    """The same for a kept answer, at this moment of the monotonic clock and of the clock on the wall."""
    return _headers(kept.content.touched, moment, kept.age(now), asked=kept.content.live)


def caching(kept: KeptAnswer, now: float) -> str:
    """For how long others may keep an answer that anybody may have: the `Cache-Control` of RFC 9111 and RFC 5861."""
    left, late = kept.left(now), int(kept.content.revalidate)
    if not left:
        return "public, no-cache"
    return f"public, max-age={left}" + (f", stale-while-revalidate={late}" if late else "")


def _headers(touched: Sequence[AgencyTouched], now: datetime, oldest: int | None, *, asked: bool) -> dict[str, str]:
    if not touched:
        return {}
    states = {each.state for each in touched}
    problem = next((each.problem for each in touched if each.problem), None)
    said = [CACHE]
    if asked:
        said.append("fwd=miss")
    elif problem:
        said.append("fwd=stale")
    else:
        said.append("hit")
        ends = min((each.stale_after for each in touched if each.stale_after), default=None)
        said += [f"ttl={math.floor((ends - now).total_seconds())}"] if ends else []
    kept = next((each.value for each in (State.STALE, State.SNAPSHOT) if each.value in states), None)
    said += [f"detail={problem or kept}"] if problem or kept else []
    return {"cache-status": "; ".join(said)} | ({} if oldest is None else {"age": str(oldest)})
