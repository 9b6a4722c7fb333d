"""Connections to an agency's database, read only unless told, with time limits, over TLS."""

from typing import Any
from urllib.parse import quote

import oracledb
from sqlalchemy import URL, Connection
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from connectors.kit.agency import Agency

LOCAL = ("127.0.0.1", "::1", "localhost")


def engine_for(url: URL, agency: Agency, *, writes: bool = False) -> AsyncEngine:
    """Connections that `agency.limits` bound; what they are asked they only read, unless they are for `writes`."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, agency, writes=writes)
    limits, secured = agency.limits, _is_elsewhere(url) and not agency.tls_exception
    arguments = (
        _oracle(url, agency, secured=secured)
        if url.get_backend_name() == "oracle"
        else _postgresql(agency, secured=secured, writes=writes)
    )
    return create_async_engine(
        url, connect_args=arguments, pool_size=limits.concurrency, max_overflow=0, hide_parameters=True
    )


def _postgresql(agency: Agency, *, secured: bool, writes: bool) -> dict[str, Any]:
    milliseconds = int(agency.limits.timeout * 1000)
    options = {
        "default_transaction_read_only": "off" if writes else "on",
        "statement_timeout": milliseconds,
        "idle_in_transaction_session_timeout": milliseconds,
    }
    return {
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        "connect_timeout": max(1, int(agency.limits.timeout)),
    } | ({"sslmode": "verify-full", "sslrootcert": "system"} if secured else {})


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


def _is_elsewhere(url: URL) -> bool:
    """Neither this machine nor a socket on it; the driver takes its hosts from the address's query, too."""
    named = url.query.get("host", url.host or "")
    hosts = named.split(",") if isinstance(named, str) else named
    return any(host and not host.startswith("/") and host not in LOCAL for host in hosts)


def _sqlite(url: URL, agency: Agency, *, writes: bool) -> AsyncEngine:
    """A file that is there already, opened anew for each statement, so that it is missed when it has gone."""
    mode = "rw" if writes else "ro"
    file = url.set(database=f"file:{quote(url.database or '')}", query={"mode": mode, "uri": "true"})
    engine = create_async_engine(
        file, connect_args={"timeout": agency.limits.timeout}, poolclass=NullPool, hide_parameters=True
    )
    listen(engine.sync_engine, "connect", _durable if writes else _read_only)
    listen(engine.sync_engine, "connect", _readable)
    if writes:
        listen(engine.sync_engine, "begin", _immediately)
    return engine


def _read_only(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _readable(connection: Any, _record: object) -> None:
    """SQLite does not look at what its texts are made of: bytes that are none cost themselves, not the statement."""
    connection.driver_connection.text_factory = _text


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
