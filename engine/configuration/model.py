"""What the folder of a city says, checked: the city, its regions and agencies, who can sign in, what was agreed on."""

from typing import NamedTuple

from auth.agreements import Agreements
from auth.configuration import IdentityConfiguration
from connectors.kit.agency import Agency
from connectors.kit.connector import AnyConnector, Credentials, Options
from connectors.regions.gazetteer import Gazetteer
from engine.configuration.city import City
from engine.configuration.city_examples import NONE, Examples


class AgencyConfiguration(NamedTuple):
    """An agency with what its connector needs, checked."""

    agency: Agency
    connector: type[AnyConnector]
    options: Options
    credentials: Credentials


class Configuration(NamedTuple):
    """A whole folder, checked. Without `identity`, nobody can sign in.

    `examples` are what the ready documents are tried with. `disabled` are the codes of agencies with `enabled = false`.
    """

    city: City
    regions: Gazetteer
    agencies: tuple[AgencyConfiguration, ...]
    identity: IdentityConfiguration | None = None
    agreements: Agreements = Agreements()
    examples: Examples = NONE
    disabled: tuple[str, ...] = ()
