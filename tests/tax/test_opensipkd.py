"""openSIPKD: the conformance suite, and each quirk of the protocol by its name."""

from connectors.tax.opensipkd import OpenSipkd
from tests.conformance import conformance

TestConformance = conformance(OpenSipkd)
