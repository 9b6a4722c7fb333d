"""A connector: speaks one protocol for one domain; it declares and maps, and leaves the rest to the kit."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, get_args
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.feed import Feed
from connectors.kit.findings import Findings
from connectors.kit.read import Read


class Mistake(NamedTuple):
    """An option that cannot be, by its keys from the outside in, and what was expected."""

    keys: tuple[str, ...]
    expected: str


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `options = { … }` in `agencies.toml` may say. A domain and its connectors add theirs."""

    def mistakes(self, others: Mapping[str, "Options"]) -> Iterable[Mistake]:  # noqa: ARG002
        """What no option shows by itself: beside each other, or beside the `others` of the domain, by their codes."""
        return ()


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `credentials = { … }` must name. The values come from the environment and are never printed."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Connector(Generic[O, C]):
    """The base of all connectors: `class Aplicares(Beds[AplicaresOptions, AplicaresCredentials])`.

    `zone` is the city's, for agencies that send moments without one.
    """

    domain: ClassVar[str]
    """The subject of the graph that it feeds."""
    protocol: ClassVar[str]
    """Its name in `agencies.toml`."""
    schemes: ClassVar[tuple[str, ...]] = ("https", "http")
    """How its agency's address may begin; none where nobody is asked, because the answers are computed here."""
    options_type: ClassVar[type[Options]] = Options
    credentials_type: ClassVar[type[Credentials]] = Credentials

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for base in getattr(cls, "__orig_bases__", ()):
            for argument in get_args(base):
                if isinstance(argument, type) and issubclass(argument, Options):
                    cls.options_type = argument
                elif isinstance(argument, type) and issubclass(argument, Credentials):
                    cls.credentials_type = argument

    def __init__(self, agency: Agency, options: O, credentials: C, *, clock: Clock, zone: ZoneInfo) -> None:
        self.agency = agency
        self.options = options
        self.clock = clock
        self.zone = zone
        self.findings = Findings(agency.code, clock)
        self.open(credentials)

    @property
    def belongs_to(self) -> str:
        """The agency that answers for what it says: itself, unless it is one more source of another."""
        return self.agency.code

    def open(self, credentials: C) -> None:
        """Prepare what speaks to the agency; nothing is asked yet."""

    @abstractmethod
    def probe(self) -> Read[Any] | Feed[Any]:
        """The question that `agencies check` asks: with no person in it, and few calls for what it tells."""

    async def aclose(self) -> None:
        """Let go of connections."""


AnyConnector = Connector[Any, Any]
