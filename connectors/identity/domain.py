"""The protocols that this domain speaks."""

from connectors.identity.dukcapil import Dukcapil
from connectors.kit.domains import ConnectorDomain

DOMAIN = ConnectorDomain(connectors=(Dukcapil,))
