"""The protocols that this domain speaks."""

from connectors.kit.domains import ConnectorDomain
from connectors.worship.calculation import Calculation
from connectors.worship.myquran import MyQuranV2, MyQuranV3
from connectors.worship.overpass import Overpass
from connectors.worship.simas import Simas
from connectors.worship.zakat import ConfiguredZakat

DOMAIN = ConnectorDomain(connectors=(Calculation, ConfiguredZakat, MyQuranV2, MyQuranV3, Overpass, Simas))
