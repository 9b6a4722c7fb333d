"""How an agency does, said by a test: what the board makes of it is what is tested here, not how a breaker opens."""

from connectors.kit.health import Condition, Health
from connectors.kit.observer import BreakerState
from tests.clock import NOON

CAUSE = "port closed"


def is_now(hub, code, condition, *, since=NOON, last=NOON):
    """The agency is in this condition from now on."""
    (connector,) = (each for each in hub.state.agencies if each.agency.code == code)
    down = condition is Condition.DOWN
    health = Health(
        agency=code,
        condition=condition,
        breaker=BreakerState.OPEN if down else BreakerState.CLOSED,
        since=since,
        last_success=last,
        cause=CAUSE if down else None,
        p95=0.25,
        error_rate=1.0 if down else 0.0,
        calls=10,
    )
    connector.throttle.health = lambda: health
