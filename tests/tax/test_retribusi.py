"""Retribusi."""

from connectors.tax.retribusi import Retribusi
from tests.sql_conformance import sql_conformance

TestConformance = sql_conformance(Retribusi)
