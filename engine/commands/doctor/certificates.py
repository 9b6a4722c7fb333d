"""The certificates of agencies and of the identity provider: how many days are left."""

import asyncio
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from cryptography import x509

from connectors.kit.together import together
from engine.commands.doctor.patient import Patient
from engine.commands.doctor.symptoms import Examination

SOON, NOW = 30, 7
"""Days that are left when somebody should renew a certificate, and when somebody has to."""
WITHIN = 5.0
"""Seconds for one of them."""
AT_ONCE = 8
Place = tuple[str, int]


async def examine_certificates(patient: Patient) -> Examination:
    """What is found. The connections are made for the certificates alone, and nothing is sent over them."""
    findings = Examination("certificate")
    turn = asyncio.Semaphore(AT_ONCE)
    whose: dict[Place, list[str]] = {}
    for place, code in _places(patient):
        whose.setdefault(place, []).append(code)

    async def one(place: Place, codes: list[str]) -> None:
        name = f"{place[0]}:{place[1]} ({', '.join(codes)})"
        async with turn:
            try:
                certificate = await certificate_of(*place)
            except (OSError, ValueError, TimeoutError):
                findings.skip(name, "no certificate can be had there")
            else:
                _judge(certificate, name, patient, findings)

    await together(one(place, codes) for place, codes in whose.items())
    if not whose:
        findings.skip("-", "nobody is asked over TLS")
    return findings


def _places(patient: Patient) -> Iterator[tuple[Place, str]]:
    if patient.configuration is None:
        return
    asked = [(each.agency.code, each.agency.url) for each in patient.configuration.agencies]
    if patient.configuration.identity:
        asked.append(("identity", patient.configuration.identity.issuer))
    for code, address in asked:
        url = urlsplit(address)
        if url.scheme == "https" and url.hostname:
            yield (url.hostname, url.port or 443), code


async def certificate_of(host: str, port: int) -> x509.Certificate:
    """The certificate that a server shows; raises OSError or ValueError. It is not verified here."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    async with asyncio.timeout(WITHIN):
        _, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        return x509.load_der_x509_certificate(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
    finally:
        writer.transport.abort()


def _judge(certificate: x509.Certificate, name: str, patient: Patient, findings: Examination) -> None:
    now, begins, ends = patient.clock.now(), certificate.not_valid_before_utc, certificate.not_valid_after_utc
    days = (ends - now).days
    told = "tell whoever runs the server to renew it; for your own, see its renewal (certbot renew, or the CA)"
    if ends <= now:
        findings.fail(name, f"expired on {ends:%Y-%m-%d}", told)
    elif begins > now:
        findings.fail(name, f"not valid before {begins:%Y-%m-%d}", "is this machine's clock right?")
    elif days < SOON:
        (findings.fail if days < NOW else findings.warn)(name, f"{days} days left, until {ends:%Y-%m-%d}", told)
    else:
        findings.well(name, f"{days} days left")
