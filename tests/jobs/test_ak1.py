from connectors.jobs.ak1 import Ak1
from tests.sql_conformance import sql_conformance
TestConformance = sql_conformance(Ak1)
