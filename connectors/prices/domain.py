"""The protocols that this domain speaks."""

from connectors.kit.domains import ConnectorDomain
from connectors.prices.pihps import Pihps
from connectors.prices.sp2kp import Sp2kp
from connectors.prices.survey import Survey

DOMAIN = ConnectorDomain(connectors=(Pihps, Sp2kp, Survey))
