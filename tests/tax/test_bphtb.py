"""Bphtb."""

from connectors.tax.bphtb import Bphtb
from tests.sql_conformance import sql_conformance

TestConformance = sql_conformance(Bphtb)
