"""The regions are the hub's own data: no agency is asked for them."""

from connectors.kit.domains import ConnectorDomain

DOMAIN = ConnectorDomain()
