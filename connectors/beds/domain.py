"""The protocols that this domain speaks."""

from connectors.beds.aplicares import Aplicares
from connectors.beds.mapped_rest import MappedRest
from connectors.beds.rs_online import RsOnline
from connectors.kit.domains import ConnectorDomain

DOMAIN = ConnectorDomain(connectors=(Aplicares, MappedRest, RsOnline))
