"""The protocols that this domain speaks."""

from connectors.jdih.jdihn import Jdihn
from connectors.kit.domains import ConnectorDomain

DOMAIN = ConnectorDomain(connectors=(Jdihn,))
