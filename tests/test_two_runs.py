"""Two runs of the tests by one user at once take nothing from each other."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg


def test_what_a_second_run_closes_shuts_no_server_out(tmp_path_factory, postgres, new_postgres_url, running_redis):
    """A second run makes pytest's shared folder private again, in which a server of another user then reaches nothing."""
    base = tmp_path_factory.getbasetemp()
    shared = next((each for each in base.parents if each.name.startswith("pytest-of-")), base)
    for server in (postgres, running_redis.url):
        parts = urlsplit(server)
        folder = Path(parse_qs(parts.query)["host"][0] if parts.query else parts.path)
        assert shared not in folder.resolve().parents
    shared.chmod(0o700)
    with psycopg.connect(new_postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE t (n int)")
        connection.execute("CHECKPOINT")
        (folder,) = connection.execute("SHOW data_directory").fetchone()
    owner = Path(folder).stat().st_uid
    for above in Path(folder).parents:
        assert owner == above.stat().st_uid or above.stat().st_mode & 0o001, above
    assert running_redis.client.ping()
