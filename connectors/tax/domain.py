"""The protocols that this domain speaks."""

from connectors.kit.domains import ConnectorDomain
from connectors.tax.bphtb import Bphtb
from connectors.tax.opensipkd import OpenSipkd
from connectors.tax.retribusi import Retribusi
from connectors.tax.sismiop import Sismiop

DOMAIN = ConnectorDomain(connectors=(Bphtb, OpenSipkd, Retribusi, Sismiop))
