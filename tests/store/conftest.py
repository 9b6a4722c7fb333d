"""Both databases, empty: SQLite in a file and PostgreSQL."""

import socket

import pytest

from store.kit.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new.db"
    return request.getfixturevalue("new_postgres_url")


@pytest.fixture
async def database(new_database_url):
    database = Database(new_database_url)
    await database.migrate()
    yield database
    await database.aclose()


@pytest.fixture
def unused_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
