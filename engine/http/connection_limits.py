"""How many connections there may be, in all and of one address, and how much and how slowly each may send."""

import ipaddress
from collections import Counter
from collections.abc import Collection

import msgspec

from engine.execution.quota import network_of


class ConnectionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What connections may do; docs/configuration.md says it of each.

    `linger_seconds`: a client that is still sending may read so long why nobody listens any more.
    """

    connections: int = 2_000
    per_address: int = 200
    header_bytes: int = 32_768
    headers: int = 100
    header_seconds: float = 10
    body_seconds: float = 30
    answer_seconds: float = 60
    linger_seconds: float = 1


class ConnectionCounter:
    """How many connections there are, in all and of each address; those of the proxies we trust are of many people."""

    def __init__(self, limits: ConnectionLimits, trusted: Collection[str] = ()) -> None:
        self._limits = limits
        self._trusted = [ipaddress.ip_network(each, strict=False) for each in trusted if each != "*"]
        self._trusts_all = "*" in trusted
        self._of = Counter[str]()

    def add(self, host: str) -> bool:
        """Whether there is room for one more; then it is counted, until it is `removed`."""
        network = network_of(host)
        if self._of.total() >= self._limits.connections:
            return False
        if self._of[network] >= self._limits.per_address and not self._is_trusted(host):
            return False
        self._of[network] += 1
        return True

    def remove(self, host: str) -> None:
        """It has ended."""
        network = network_of(host)
        self._of[network] -= 1
        if not self._of[network]:
            del self._of[network]

    def _is_trusted(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return True  # a socket of this machine has no address
        return self._trusts_all or any(address in network for network in self._trusted)
