"""What tests do with the breakers of agencies."""

from connectors.kit.connector import AnyConnector
from connectors.kit.observer import BreakerState, Observer


def never_opens(connector: AnyConnector) -> None:
    """Its agency is asked however often it failed: for a test of what becomes of a thousand bad answers."""
    connector.throttle.breaker.count = lambda *_: None


async def probed(connector: AnyConnector) -> None:
    """The probes that would come in the next seconds, now. If the agency answers, its breaker is closed after this."""
    throttle = connector.throttle
    if throttle.breaker.state is not BreakerState.CLOSED:
        await throttle.prober.probe()
    if throttle.breaker.state is BreakerState.HALF_OPEN:
        await throttle.prober.probe()


class Noted(Observer):
    """Keeps what it is told."""

    def __init__(self):
        self.calls = []
        self.refused = []
        self.states = []

    def call_ended(self, agency, question, outcome, seconds, cause):
        self.calls.append((question, outcome, cause))

    def call_refused(self, agency, question, why):
        self.refused.append(why)

    def breaker_changed(self, agency, state, cause):
        self.states.append(state)

    @property
    def outcomes(self):
        return [outcome for _, outcome, _ in self.calls]
