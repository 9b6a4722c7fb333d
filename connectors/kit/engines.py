"""Connections to an agency's database, read only unless told, with time limits, over TLS."""

import os
from typing import Any
from urllib.parse import quote

import oracledb
from psycopg import pq
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from connectors.kit.agency import Agency
from connectors.kit.loopback import LOOPBACK


def engine_for(url: URL, agency: Agency, *, writes: bool = False) -> AsyncEngine:
    """Connections that `agency.limits` bound; what they are asked they only read, unless they are for `writes`."""
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(_file(url, "rw"), **_opened_anew(agency))
        listen(engine.sync_engine, "connect", _durable)
        listen(engine.sync_engine, "connect", _readable)
        listen(engine.sync_engine, "begin", _immediately)
        return engine
    limits = agency.limits
    if url.get_backend_name() == "oracle":
        arguments = _oracle(url, agency, secured=url.host not in LOOPBACK and not agency.tls_exception)
    else:
        arguments = _postgresql(agency, writes=writes) | ({} if agency.tls_exception else postgresql_tls(url))
    return create_async_engine(
        url, connect_args=arguments, pool_size=limits.concurrency, max_overflow=0, hide_parameters=True
    )


def postgresql_tls(url: URL) -> dict[str, Any]:
    """What the driver of PostgreSQL is told so that it speaks TLS and verifies to whom; on this machine, nothing.

    Whatever the address itself says of TLS does not count, except for the authorities that vouch (`sslrootcert`).
    """
    if _is_here(url):
        return {}
    return {"sslmode": "verify-full", "sslrootcert": url.query.get("sslrootcert", "system")}


def _is_here(url: URL) -> bool:
    """Whether a PostgreSQL can only be on this machine, or a socket on it.

    Its driver takes where to connect also from the address's query, and from its environment: by a name that is only
    written beside the real address (`hostaddr`), or from a file (`service`). Such a file may say anything.
    """
    _, said = url.get_dialect()().create_connect_args(url)
    if any(name in said for name in ("service", "servicefile")) or "PGSERVICE" in os.environ:
        return False
    outside = {each.keyword.decode(): (each.val or b"").decode() for each in pq.Conninfo.get_defaults()}
    hosts = [*_each(said.get("host") or outside["host"]), *_each(said.get("hostaddr") or outside["hostaddr"])]
    return all(not host or host.startswith("/") or host in LOOPBACK for host in hosts)


def _each(value: str | tuple[str, ...]) -> list[str]:
    """Those between commas, and each of several."""
    return ",".join([value] if isinstance(value, str) else value).split(",")


def _postgresql(agency: Agency, *, writes: bool) -> dict[str, Any]:
    milliseconds = int(agency.limits.timeout * 1000)
    options = {
        "default_transaction_read_only": "off" if writes else "on",
        "statement_timeout": milliseconds,
        "idle_in_transaction_session_timeout": milliseconds,
    }
    return {
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        "connect_timeout": max(1, int(agency.limits.timeout)),
    }


def _oracle(url: URL, agency: Agency, *, secured: bool) -> dict[str, Any]:
    """Its address as its driver takes it; SQLAlchemy's own has no TLS. What stands behind the slash is a SID."""
    service = url.query.get("service_name")
    params = oracledb.ConnectParams(
        host=url.host,
        port=url.port or 1521,
        sid=url.database,
        service_name=service if isinstance(service, str) else None,
        protocol="tcps" if secured else "tcp",
        ssl_server_dn_match=True,
    )
    return {"tcp_connect_timeout": agency.limits.timeout, "dsn": str(params.get_connect_string())}


def file_reader(url: URL, agency: Agency) -> Engine:
    """Connections that only read a file of SQLite's, for use in a thread: a read there is one hop and not a dozen."""
    engine = create_engine(_file(url, "ro").set(drivername="sqlite+pysqlite"), **_opened_anew(agency))
    listen(engine, "connect", _read_only)
    listen(engine, "connect", _readable)
    return engine


def _file(url: URL, mode: str) -> URL:
    """A file that is there already."""
    return url.set(database=f"file:{quote(url.database or '')}", query={"mode": mode, "uri": "true"})


def _opened_anew(agency: Agency) -> dict[str, Any]:
    """For each statement, so that a file is missed when it has gone."""
    return {"connect_args": {"timeout": agency.limits.timeout}, "poolclass": NullPool, "hide_parameters": True}


def _read_only(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _readable(connection: Any, _record: object) -> None:
    """SQLite does not look at what its texts are made of: bytes that are none cost themselves, not the statement."""
    getattr(connection, "driver_connection", connection).text_factory = _text


def _text(sent: bytes) -> str:
    return sent.decode("utf-8", "replace")


def _durable(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver shall not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _immediately(connection: Connection) -> None:
    """A writer takes its lock at once: one that began as a reader could not wait for it."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
