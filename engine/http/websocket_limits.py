"""How much one person, and one address, may have open at once over WebSockets; counted in this process."""

from collections import Counter
from collections.abc import Mapping

import msgspec
from starlette.requests import HTTPConnection

from auth.caller import Caller
from engine.execution.quota import address_of
from resolvers.kit.errors import UserError


class WebSocketLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Operations at once of one connection; connections and subscriptions of one person and of one address.

    Behind one address there may be a whole city: mobile networks share theirs among thousands.
    """

    operations: int = 20
    connections_per_person: int = 20
    connections_per_address: int = 2_000
    subscriptions_per_person: int = 50
    subscriptions_per_address: int = 5_000


class WebSocketPermits:
    """What is taken, by whom."""

    def __init__(self, limits: WebSocketLimits) -> None:
        self.limits = limits
        self._taken = Counter[str]()

    def connection_at(self, connection: HTTPConnection) -> "Permit | None":
        """A connection's place at its address; None where there is none left."""
        return self._take({f"connections at {address_of(connection)}": self.limits.connections_per_address})

    def connection_of(self, caller: Caller) -> "Permit | None":
        """A connection's place by its person; none is taken for who has not signed in."""
        if caller.person is None:
            return self._take({})
        return self._take({f"connections of {caller.person.subject}": self.limits.connections_per_person})

    def subscription(self, connection: HTTPConnection, caller: Caller) -> "Permit | None":
        """A subscription's place, by its address and its person."""
        wanted = {f"subscriptions at {address_of(connection)}": self.limits.subscriptions_per_address}
        if caller.person:
            wanted[f"subscriptions of {caller.person.subject}"] = self.limits.subscriptions_per_person
        return self._take(wanted)

    def _take(self, wanted: Mapping[str, int]) -> "Permit | None":
        if any(self._taken[name] >= most for name, most in wanted.items()):
            return None
        self._taken.update(wanted.keys())
        return Permit(self._taken, tuple(wanted))


class Permit:
    """Places that are taken until they are given back, once."""

    def __init__(self, taken: Counter[str], names: tuple[str, ...]) -> None:
        self._taken = taken
        self._names = names

    def release(self) -> None:
        """Others may have them."""
        self._taken.subtract(self._names)
        for name in self._names:
            if not self._taken[name]:
                del self._taken[name]
        self._names = ()


def too_many_operations(most: int) -> UserError:
    """One connection runs as many as it may."""
    return UserError(
        "TOO_MANY_OPERATIONS",
        id=f"Satu sambungan menjalankan paling banyak {most} operasi sekaligus.",
        en=f"One connection runs {most} operations at once at most.",
        told={"most": most},
    )


def too_many_subscriptions() -> UserError:
    """The person or the address has as many as it may."""
    return UserError(
        "TOO_MANY_SUBSCRIPTIONS",
        id="Terlalu banyak langganan sekaligus; akhiri salah satu dahulu.",
        en="Too many subscriptions at once; end one of them first.",
    )
