from connectors.jobs.maganghub import MagangHub
from tests.conformance import conformance
TestConformance = conformance(MagangHub)
