"""Each domain has the protocols by which its own things are booked; this part has none."""

from connectors.kit.domains import ConnectorDomain

DOMAIN = ConnectorDomain()
