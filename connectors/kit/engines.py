"""Connections to a server of an agency's database: time limits, TLS, and only reading unless writing is declared."""

import os
import select
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL
from sqlalchemy.event import listen
from sqlalchemy.exc import DisconnectionError

from connectors.kit.agency import Agency
from connectors.kit.late import late
from connectors.kit.loopback import LOOPBACK

if TYPE_CHECKING:
    import oracledb
    from psycopg import pq
    from sqlalchemy.ext import asyncio as aio
else:
    oracledb, pq, aio = late("oracledb"), late("psycopg.pq"), late("sqlalchemy.ext.asyncio")


def engine_for(url: URL, agency: Agency, *, writes: bool = False) -> "aio.AsyncEngine":
    """An engine within `agency.limits`. It can only read, unless `writes` is true."""
    limits = agency.limits
    if url.get_backend_name() == "oracle":
        arguments = _oracle(url, agency, secured=url.host not in LOOPBACK and not agency.tls_exception)
    else:
        arguments = _postgresql(agency, writes=writes) | ({} if agency.tls_exception else postgresql_tls(url))
    engine = aio.create_async_engine(
        url, connect_args=arguments, pool_size=limits.concurrency, max_overflow=0, hide_parameters=True
    )
    if url.get_backend_name() == "postgresql":
        listen(engine.sync_engine, "checkout", _still_there)
    return engine


def _still_there(driver: Any, _record: object, _proxy: object) -> None:
    """Connect anew if a connection that was kept has ended meanwhile: then there is something to read on it.

    The agency never sees a question on such a connection, so it costs no answer.
    """
    waiting = select.poll()
    waiting.register(driver.driver_connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise DisconnectionError


def postgresql_tls(url: URL) -> dict[str, Any]:
    """The arguments that make the driver of PostgreSQL speak TLS and verify the server; none for this machine.

    What the address says of TLS does not count, except the certificate authorities (`sslrootcert`).
    """
    if _is_here(url):
        return {}
    return {"sslmode": "verify-full", "sslrootcert": url.query.get("sslrootcert", "system")}


def _is_here(url: URL) -> bool:
    """Whether a PostgreSQL address can only mean this machine, or a socket on it.

    The driver also takes the host from the query of the address and from the environment: `hostaddr` is the real
    address behind a name, and `service` names a file that may say anything.
    """
    _, said = url.get_dialect()().create_connect_args(url)
    if any(name in said for name in ("service", "servicefile")) or "PGSERVICE" in os.environ:
        return False
    outside = {each.keyword.decode(): (each.val or b"").decode() for each in pq.Conninfo.get_defaults()}
    hosts = [*_each(said.get("host") or outside["host"]), *_each(said.get("hostaddr") or outside["hostaddr"])]
    return all(not host or host.startswith("/") or host in LOOPBACK for host in hosts)


def _each(value: str | tuple[str, ...]) -> list[str]:
    """The values between commas, of one text or of several."""
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
    """The address for the driver of Oracle. SQLAlchemy's own way has no TLS. The part after the slash is a SID."""
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
