"""The protocols that this domain speaks."""

from connectors.complaints.lapor import Lapor
from connectors.complaints.open311 import Open311
from connectors.kit.domains import ConnectorDomain

DOMAIN = ConnectorDomain(connectors=(Open311, Lapor))
