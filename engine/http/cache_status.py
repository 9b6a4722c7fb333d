"""What an HTTP answer says of the cache: `Cache-Status` (RFC 9211) and `Age` (RFC 9111), over all its agencies."""

import math

from connectors.kit.reading import State
from resolvers.kit.context import Context

CACHE = "simpul"


def cache_headers(ctx: Context) -> dict[str, str]:
    """The headers of an answer; none where no agency has a part in it.

    `hit`: nobody was asked for it; its `ttl` says when the first of the kept answers stops being fresh. `fwd=miss`: an
    agency was asked. `fwd=stale`: one was asked, and an older answer is served because it failed. `detail` is the code
    of the failure, or the state of the answer.
    """
    touched = ctx.sources.listed()
    if not touched:
        return {}
    states = {each.state for each in touched}
    problem = next((each.problem for each in touched if each.problem), None)
    said = [CACHE]
    if ctx.sources.asked:
        said.append("fwd=miss")
    elif problem:
        said.append("fwd=stale")
    else:
        said.append("hit")
        ends = min((each.stale_after for each in touched if each.stale_after), default=None)
        said += [f"ttl={math.floor((ends - ctx.clock.now()).total_seconds())}"] if ends else []
    kept = next((each.value for each in (State.STALE, State.SNAPSHOT) if each.value in states), None)
    said += [f"detail={problem or kept}"] if problem or kept else []
    oldest = max((each.age_seconds for each in touched if each.age_seconds is not None), default=None)
    return {"cache-status": "; ".join(said)} | ({} if oldest is None else {"age": str(oldest)})
