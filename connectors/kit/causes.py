"""Why a call failed, in words that an operator acts on: never the name of a class, never a value.

This file knows connections, certificates and HTTP. `sql_causes.py` knows the databases.
"""

import asyncio
import errno
import socket
import ssl
from typing import TYPE_CHECKING, NamedTuple

from connectors.kit.late import late
from connectors.kit.outcome import Outcome

if TYPE_CHECKING:
    import aiohttp
    from cryptography import x509
else:
    aiohttp, x509 = late("aiohttp"), late("cryptography.x509")


class Cause(NamedTuple):
    """What is wrong, and how the call ended by it.

    `reached` is False if nothing was sent to the agency. `lasting`: it stays so until somebody mends it.
    """

    words: str
    outcome: Outcome
    reached: bool = True
    lasting: bool = False


class HostAndPort(NamedTuple):
    """Where the agency is, as it is configured."""

    host: str
    port: int | None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host


NO_ROUTE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})
CLOSED = "the connection was closed before an answer"

EXPIRED = 10
CERTIFICATE = {
    9: "certificate is not valid yet",
    23: "certificate was revoked",
    **dict.fromkeys((62, 63, 64), "certificate is for another host name"),
    **dict.fromkeys((2, 18, 19, 20, 21), "certificate signed by an unknown authority"),
}
"""Codes of OpenSSL (X509_V_ERR_…)."""
NO_TLS = frozenset({"wrong version number", "unknown protocol", "http request", "packet length too long"})


READING: tuple[tuple[type[Exception], str], ...] = (
    (LookupError, "something is missing"),
    (RecursionError, "it is nested too deeply"),
    (ArithmeticError, "a number is out of range"),
    (UnicodeError, "a text has another encoding"),
    (ValueError, "a value has another form"),
    (TypeError, "a value has another type"),
    (AttributeError, "a value has another type"),
)


def of_reading(error: Exception) -> str:
    """Why the hub could not read an answer. Where that happened, the frames in the log say."""
    return next((words for kind, words in READING if isinstance(error, kind)), "the hub did not expect it")


async def of_http(error: Exception, place: HostAndPort, seconds: float) -> Cause:
    """Why a call over HTTP failed. For a certificate that expired, the server is asked once more for its date."""
    verification = _verification(error)
    if verification and verification.verify_code == EXPIRED:
        return _unreached(f"certificate expired{await _expiry(place, seconds)}", lasting=True)
    return _of_certificate(error, verification) or _of_connecting(error, place, seconds) or _of_talking(error, seconds)


def of_system(error: OSError, place: HostAndPort, seconds: float) -> Cause:
    """Why the system could not connect, or lost the connection."""
    number = error.errno
    if isinstance(error, socket.gaierror):
        silent = number == socket.EAI_AGAIN
        return _unreached(f"{'no name server answers for' if silent else 'host name not found:'} {place.host}")
    if number == errno.ECONNREFUSED:
        return _unreached(f"port closed: {place}")
    if number in NO_ROUTE:
        return _unreached(f"no route to host: {place.host}")
    if isinstance(error, TimeoutError):
        return Cause(f"no connection within {seconds:g} s: {place}", Outcome.TIMEOUT, reached=False)
    return Cause(CLOSED if isinstance(error, ConnectionError) else f"no connection: {place}", Outcome.FAILED)


def _unreached(words: str, *, lasting: bool = False) -> Cause:
    return Cause(words, Outcome.UNREACHABLE, reached=False, lasting=lasting)


def _verification(error: Exception) -> ssl.SSLCertVerificationError | None:
    found = error.certificate_error if isinstance(error, aiohttp.ClientConnectorCertificateError) else error
    return found if isinstance(found, ssl.SSLCertVerificationError) and hasattr(found, "verify_code") else None


def _of_certificate(error: Exception, verification: ssl.SSLCertVerificationError | None) -> Cause | None:
    if verification:
        words = CERTIFICATE.get(verification.verify_code, "certificate does not verify")
    elif isinstance(error, aiohttp.ServerFingerprintMismatch):
        words = "certificate is not the one that agencies.toml names"
    elif isinstance(error, ssl.SSLError | aiohttp.ClientSSLError):
        told = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
        words = "the port does not speak TLS" if _reason(told) in NO_TLS else "TLS could not be agreed on"
    else:
        return None
    return _unreached(words, lasting=True)


def _reason(error: object) -> str:
    """OpenSSL's own words."""
    return (getattr(error, "reason", "") or "").replace("_", " ").lower()


def _of_connecting(error: Exception, place: HostAndPort, seconds: float) -> Cause | None:
    if isinstance(error, aiohttp.ClientConnectorError):
        cause = of_system(error.os_error, HostAndPort(error.host or place.host, error.port), seconds)
        return cause._replace(reached=False, outcome=_before_sending(cause.outcome))
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Cause(f"no connection within {seconds:g} s: {place}", Outcome.TIMEOUT, reached=False)
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return _unreached("the address of the agency is not valid")
    return None


def _before_sending(outcome: Outcome) -> Outcome:
    return Outcome.TIMEOUT if outcome is Outcome.TIMEOUT else Outcome.UNREACHABLE


def _of_talking(error: Exception, seconds: float) -> Cause:
    match error:
        case TimeoutError():
            return Cause(f"no answer within {seconds:g} s", Outcome.TIMEOUT)
        case aiohttp.ClientPayloadError() if isinstance(error.__cause__, aiohttp.http_exceptions.ContentEncodingError):
            return Cause("the answer is not in the encoding that it names", Outcome.CHANGED, lasting=True)
        case aiohttp.ClientPayloadError():
            return Cause("the connection was closed in the middle of the answer", Outcome.FAILED)
        case aiohttp.ClientResponseError():
            return Cause("the answer is not HTTP", Outcome.FAILED)
        case _:
            return Cause(CLOSED, Outcome.FAILED)


async def _expiry(place: HostAndPort, seconds: float) -> str:
    """On which day the certificate of a server expired; empty if it does not say so again.

    The connection is made for the certificate alone, so it is not verified. Nothing is sent over it.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(place.host, place.port or 443, ssl=context)
        try:
            sent = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            return f" on {x509.load_der_x509_certificate(sent).not_valid_after_utc:%Y-%m-%d}"
        finally:
            writer.transport.abort()
    except (OSError, ValueError):
        return ""
