"""The store on both databases, and desks that are stand-ins on real sockets."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.complaints.lapor import Lapor, LaporCredentials, LaporOptions
from connectors.complaints.open311 import Open311, Open311Credentials, Open311Options
from connectors.complaints.open311_rows import CarrierAttributes
from connectors.kit.agency import Agency, Limits
from sandbox.kit.credentials import account
from store.kit.database import Database
from tests.store.conftest import new_database_url  # noqa: F401  used by the next

CARRIED = CarrierAttributes(key="simpul", anonymous="anonim", secret="rahasia")


@pytest.fixture
async def database(new_database_url):  # noqa: F811
    database = Database(new_database_url)
    await database.migrate()
    yield database
    await database.aclose()


@pytest.fixture
async def desks(sandbox, clock):
    """Makes connectors to the stand-ins."""
    made: list[Any] = []

    def agency(code, url, place=sandbox.url, **limits):
        limits = Limits(**{"timeout": 5, "retries": 0, "retry_wait": 0.001, **limits})
        return Agency(code=code, domain="complaints", connector="x", name=code, url=f"{place}{url}", limits=limits)

    def laksa(*, attributes=CARRIED, format="json", **limits):  # noqa: A002
        options = Open311Options(format=format, extensions=True, attributes=attributes)
        made.append(
            Open311(
                agency("laksa", "/laksa/open311/v2", **limits), options,
                Open311Credentials(api_key=account("laksa").secret), clock=clock, zone=ZoneInfo("Asia/Jakarta"),
            )
        )  # fmt: skip
        return made[-1]

    def lapor(**limits):
        options = LaporOptions(email="pengaduan@kota.example", phone="+62215550400")
        made.append(
            Lapor(
                agency("lapor", "/lapor", **limits), options, LaporCredentials(token=account("lapor").secret),
                clock=clock, zone=ZoneInfo("Asia/Jakarta"),
            )
        )  # fmt: skip
        return made[-1]

    yield {"laksa": laksa, "lapor": lapor}
    for each in made:
        await each.aclose()
