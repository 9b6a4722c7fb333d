"""A connector speaks one protocol for one domain. It declares reads and maps rows; the kit does everything else."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, get_args
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.feed import Feed
from connectors.kit.findings import Findings
from connectors.kit.observer import Observer, ObserverOfAgency
from connectors.kit.places import Nowhere, Places
from connectors.kit.read import Read
from connectors.kit.throttle import Throttle


class Mistake(NamedTuple):
    """A wrong option: its keys from the outside in, and what was expected."""

    keys: tuple[str, ...]
    expected: str


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `options = { … }` of an agency in `agencies.toml`. A domain and its connectors add their own."""

    def mistakes(self, others: Mapping[str, "Options"]) -> Iterable[Mistake]:  # noqa: ARG002  the base's signature
        """Mistakes that no type can show: options that contradict each other, or the other options of the domain.

        `others` are the options of the domain's other agencies, by their codes.
        """
        return ()

    def unknown_in(self, places: Places) -> Iterable[Mistake]:  # noqa: ARG002  the base's signature
        """Mistakes that only the regions of the city show. Codes of a kecamatan or a kelurahan are checked already."""
        return ()


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names in `credentials = { … }`. The values come from the environment and are never printed."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Terms(NamedTuple):
    """Under which licence the data may be used, and whom an answer must name; None where nobody asks for it."""

    licence: str | None
    attribution: str | None


O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Connector(Generic[O, C]):
    """The base of all connectors: `class Aplicares(Beds[AplicaresOptions, AplicaresCredentials])`.

    `zone` is the time zone of the city, for agencies that send moments without one. `observer` is told of each call.
    `regions` are those of the city. All calls of the agency go through its one `throttle`.
    """

    domain: ClassVar[str]
    """The domain that the connector serves."""
    protocol: ClassVar[str]
    """The name of the protocol in `agencies.toml`."""
    schemes: ClassVar[tuple[str, ...]] = ("https", "http")
    """How the address of the agency may begin. It is empty if the connector asks nobody and computes its answers."""
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

    def __init__(
        self,
        agency: Agency,
        options: O,
        credentials: C,
        *,
        clock: Clock,
        zone: ZoneInfo,
        observer: Observer | None = None,
        regions: Places | None = None,
    ) -> None:
        self.agency = agency
        self.options = options
        self.clock = clock
        self.zone = zone
        self.regions: Places = regions or Nowhere()
        self.observer = observer or Observer()
        self.findings = Findings(agency.code, clock, ObserverOfAgency(agency, self.observer))
        self.asked: dict[object, Read[Any]] = {}
        self.throttle = Throttle(agency, clock, self.observer, self._probe_once)
        self.open(credentials)

    @property
    def belongs_to(self) -> str:
        """The code of the agency that is answered for: its own, unless it is one more source of another agency."""
        return self.agency.code

    @property
    def terms_of_use(self) -> Terms:
        """The terms of its data: as configured for the agency, or else as its protocol knows them."""
        return Terms(self.agency.licence, self.agency.attribution)

    def open(self, credentials: C) -> None:
        """Prepare the connection to the agency. Nothing is asked yet."""

    @abstractmethod
    def probe(self) -> Read[Any] | Feed[Any]:
        """The question of `agencies check`. It names no person and needs few calls."""

    async def aclose(self) -> None:
        """Close the connections."""

    async def _probe_once(self) -> None:
        """Ask the probe once; of a feed, its first batch."""
        question = self.probe()
        if isinstance(question, Feed):
            async with aclosing(question.follow(None)) as batches:
                await anext(batches, None)
        else:
            await question.fetch()


AnyConnector = Connector[Any, Any]
