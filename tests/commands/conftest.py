"""The two databases of the tests of the store."""

from tests.store.conftest import database, new_database_url

__all__ = ["database", "new_database_url"]
