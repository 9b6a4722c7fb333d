"""What `agencies.toml` says, checked: the city, its agencies, who can sign in, and what was agreed on."""

from typing import NamedTuple

from auth.agreements import Agreements
from auth.configuration import IdentityConfiguration
from connectors.kit.agency import Agency
from connectors.kit.connector import AnyConnector, Credentials, Options
from engine.configuration.city import City


class AgencyConfiguration(NamedTuple):
    """An agency with what its connector needs, checked."""

    agency: Agency
    connector: type[AnyConnector]
    options: Options
    credentials: Credentials


class Configuration(NamedTuple):
    """A whole file, checked. Without `identity`, nobody can sign in."""

    city: City
    agencies: tuple[AgencyConfiguration, ...]
    identity: IdentityConfiguration | None = None
    agreements: Agreements = Agreements()
