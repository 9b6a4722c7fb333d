"""The copies of the forecasts, and how those of some kelurahan are had."""

import functools
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from connectors.weather.records import Forecast
from store.kit.copy_table import CopyTable
from store.kit.database import Database
from store.weather.tables import FORECASTS

AT = FORECASTS.c

KEPT = timedelta(days=1)
"""How long a forecast stays after its last point: nobody may ask for an older one."""


def _columns(forecast: Forecast) -> dict[str, Any]:
    return {"ends_at": int(forecast.points[-1].starts_at.timestamp())}


FORECAST_COPIES = CopyTable(FORECASTS, Forecast, _columns, past=(AT.ends_at, KEPT))


@functools.lru_cache(maxsize=1024)
def decoded_forecast(body: bytes) -> Forecast:
    """The forecast; the same body is decoded once, for all operations."""
    return FORECAST_COPIES.decoder.decode(body)


class ForecastCopies:
    """The forecasts of all agencies that forecast."""

    holds_copies = True

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forecasts(self, agencies: Collection[str], kelurahan: Collection[str]) -> dict[tuple[str, str], Forecast]:
        """Those of these kelurahan, by agency and kelurahan."""
        finding = select(AT.agency, AT.key, AT.body).where(AT.agency.in_(agencies), AT.key.in_(kelurahan))
        return await self._database.read(
            lambda connection: {
                (row.agency, row.key): decoded_forecast(row.body) for row in connection.execute(finding)
            }
        )
