"""Faults of an address: a name that is not found, and certificates that are expired, of nobody, or of somebody else."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta

import aiohttp.connector
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.faults.catalogue import CHANGED, UNAVAILABLE
from tests.faults.questions import OVER_HTTP
from tests.faults.test_matrix import GUARD, is_without, the_breaker_knows, well_formed

DAY = timedelta(days=1)


class Authority:
    """A certificate authority that the hub trusts here, and what it has signed."""

    def __init__(self, folder):
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Otoritas Contoh")])
        self.root = self._signed(self.name, self._key.public_key(), "ca", -DAY, DAY, authority=True)

    def trusted(self):
        context = ssl.create_default_context()
        context.load_verify_locations(cadata=self.root.public_bytes(serialization.Encoding.PEM).decode())
        return context

    def server(self, host="localhost", begins=-DAY, ends=DAY):
        """What a server needs to speak TLS with a certificate for this host and time."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = self._signed(subject, key.public_key(), host, begins, ends)
        path = self._folder / f"{host}{ends.days}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(self, subject, public, host, begins, ends, *, authority=False):
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins)
            .not_valid_after(now + ends)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


@pytest.fixture
def addresses(tmp_path, monkeypatch):
    """Faults of an address by name: the code, and what begins it at a door."""
    authority, others = Authority(tmp_path), tmp_path / "others"
    others.mkdir()
    good, mute = authority.server(), set()
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", authority.trusted())
    resolve = socket.getaddrinfo

    def resolved(host, port, *args, **kwargs):
        if port in mute:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    faults = {
        "name not found": (UNAVAILABLE, lambda door: mute.add(door.port)),
        "expired": (CHANGED, lambda door: door.certify(authority.server(begins=-3 * DAY, ends=-2 * DAY))),
        "of nobody": (CHANGED, lambda door: door.certify(Authority(others).server())),
        "of another": (CHANGED, lambda door: door.certify(authority.server("elsewhere.example"))),
    }
    return good, faults, mute


async def examine(city, code, expected, begin, good, mute):
    question, door = OVER_HTTP[code], city.doors[code]
    begin(door)
    await city.forget(code)
    if question.instead_of:
        city.doors[question.instead_of].shut()
        await city.forget(question.instead_of)
    spoilt = await city.ask(question.query, question.personal)
    well_formed(spoilt, {expected, "WARNINGS_UNCHECKED", UNAVAILABLE})
    assert is_without(spoilt, code, expected)
    assert door.calls == 0
    await the_breaker_knows(city, code)
    mute.clear()
    door.certify(good)
    if question.instead_of:
        await city.doors[question.instead_of].heal()
    await city.recovered(code, question)


async def examined(city, addresses, pairs):
    good, faults, mute = addresses
    for code, fault in pairs:
        try:
            async with asyncio.timeout(GUARD):
                await examine(city, code, *faults[fault], good, mute)
        except (Exception, TimeoutError) as error:
            error.add_note(f"{fault} at {code}")
            raise


FAULTS = ["name not found", "expired", "of nobody", "of another"]


async def test_an_agency_that_is_not_who_it_should_be_is_sent_nothing(spoilt, addresses):
    async with spoilt(tls=addresses[0]) as city:
        codes = ["rs-contoh-benda", "bmkg-gempa", "karirhub", "sp2kp"]
        await examined(city, addresses, zip(codes, FAULTS, strict=True))


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS)
async def test_no_agency_is_sent_anything_that_is_not_who_it_should_be(spoilt, addresses, fault):
    async with spoilt(tls=addresses[0]) as city:
        # A name that was found a moment ago is not looked for again, so each question is asked for one agency alone.
        first = {question.query: code for code, question in OVER_HTTP.items() if not question.instead_of}
        await examined(city, addresses, [(code, fault) for code in first.values()])
