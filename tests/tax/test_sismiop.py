"""Sismiop."""

from connectors.tax.sismiop import Sismiop
from tests.sql_conformance import sql_conformance

TestConformance = sql_conformance(Sismiop)
