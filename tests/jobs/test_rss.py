from connectors.jobs.rss import Rss
from tests.conformance import conformance
TestConformance = conformance(Rss)
