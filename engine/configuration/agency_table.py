"""The table of one agency, `[agencies.<code>]`, with the options and the credentials of its connector."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

import msgspec

from connectors.kit.agency import Agency, TlsException
from connectors.kit.connector import AnyConnector, Credentials, Options
from connectors.kit.feed import names_of_feeds
from connectors.kit.loopback import LOOPBACK
from connectors.kit.read import names_of_reads
from connectors.regions.gazetteer import Gazetteer
from engine.configuration.did_you_mean import did_you_mean
from engine.configuration.model import AgencyConfiguration
from engine.configuration.problems import Problems, listed
from engine.configuration.secret_files import FILE, NoSecret, read_secret

OF_THE_HUB = frozenset({"code", "edition"})
"""What the hub itself says of an agency."""
ENV = "env:"
REGION = re.compile(r"\d{2}\.\d{2}\.\d{2}(\.\d{4})?")
EXPECTED = 'expected "env:NAME" or "file:/path"; the file names a place and never holds a value'


class AgencyTable:
    """Reads the tables of agencies. Credentials come from `environ`; with None they are left blank.

    Codes of regions are looked up in `regions`; with None, because these are wrong themselves, they are not.
    """

    def __init__(
        self,
        problems: Problems,
        connectors: Iterable[type[AnyConnector]],
        environ: Mapping[str, str] | None,
        regions: Gazetteer | None,
    ) -> None:
        self._problems = problems
        self._regions = regions
        self._connectors = {(connector.domain, connector.protocol): connector for connector in connectors}
        self._environ = environ

    def read(self, code: str, table: object) -> AgencyConfiguration | None:
        """The table of one agency; None where it is wrong, or where it says `enabled = false`.

        A table that is switched off is checked too, but for its credentials.
        """
        at = ("agencies", code)
        if not isinstance(table, dict):
            self._problems.add(at, "expected a table")
            return None
        table = dict(table)
        enabled = table.pop("enabled", True)
        if not isinstance(enabled, bool):
            self._problems.add((*at, "enabled"), "expected true or false")
        for key in OF_THE_HUB & table.keys():
            self._problems.add((*at, key), "unknown")
            table.pop(key)
        options, secrets = table.pop("options", {}), table.pop("credentials", {})
        agency = self._problems.convert(at, {"code": code, **table}, Agency)
        connector = self._connector(at, table)
        if agency is None or connector is None:
            return None
        self._check_place(at, agency, connector)
        for name in agency.at_least:
            if name not in (names := names_of_reads(connector) + names_of_feeds(connector)):
                self._problems.add(
                    (*at, "at_least", name), f"unknown; the reads of {connector.protocol} are {listed(names)}"
                )
        checked_options = self._problems.convert((*at, "options"), options, connector.options_type)
        self._check_regions(at, agency, checked_options)
        environ = self._environ if enabled else None
        credentials = self._credentials((*at, "credentials"), secrets, connector, environ)
        if checked_options is None or credentials is None or not enabled:
            return None
        return AgencyConfiguration(agency, connector, checked_options, credentials)

    def _check_place(self, at: tuple[str, ...], agency: Agency, connector: type[AnyConnector]) -> None:
        """Whether it has an address, and only where its protocol asks somebody."""
        if connector.schemes and not agency.url:
            self._problems.add((*at, "url"), "missing")
        elif connector.schemes:
            check_address(self._problems, (*at, "url"), agency.url, connector.schemes, agency.tls_exception)
        elif agency.url:
            self._problems.add((*at, "url"), f"{agency.connector} asks nobody, so it has no address")

    def _check_regions(self, at: tuple[str, ...], agency: Agency, options: Options | None) -> None:
        """Whether the codes of regions in the table are regions of the city."""
        regions = self._regions
        if regions is None:
            return
        cities = [each.code for each in regions.cities]
        if agency.city is not None and agency.city not in cities:
            self._problems.add((*at, "city"), f"{agency.city} is no city of this hub; expected one of {listed(cities)}")
        if options is None:
            return
        for keys, code in _codes(msgspec.to_builtins(options), (*at, "options")):
            if regions.with_code(code) is None:
                known: list[str] = [each.code for each in regions.kecamatan]
                known += [each.code for each in regions.kelurahan]
                self._problems.add(keys, f"{code} is no region of this hub{did_you_mean(code, known)}")
        for keys, expected in options.unknown_in(regions):
            self._problems.add((*at, "options", *keys), expected)

    def _connector(self, at: tuple[str, ...], table: Mapping[str, object]) -> type[AnyConnector] | None:
        domain, protocol = table.get("domain"), table.get("connector")
        if not (isinstance(domain, str) and isinstance(protocol, str)):
            return None
        domains = sorted({known for known, _ in self._connectors})
        if domain not in domains:
            self._problems.add(
                (*at, "domain"), f"unknown; expected one of {listed(domains)}{did_you_mean(domain, domains)}"
            )
            return None
        protocols = sorted(known for of, known in self._connectors if of == domain)
        if protocol not in protocols:
            self._problems.add(
                (*at, "connector"),
                f"unknown; {domain} is spoken to by {listed(protocols)}{did_you_mean(protocol, protocols)}",
            )
            return None
        return self._connectors[domain, protocol]

    def _credentials(
        self, at: tuple[str, ...], table: object, connector: type[AnyConnector], environ: Mapping[str, str] | None
    ) -> Credentials | None:
        if not isinstance(table, dict):
            self._problems.add(at, "expected a table of names of variables")
            return None
        values: dict[str, str] = {}
        for key, reference in table.items():
            try:
                values[key] = _secret(reference, environ)
            except NoSecret as why:
                self._problems.add((*at, key), str(why))
                values[key] = ""
        return self._problems.convert(at, values, connector.credentials_type)


def _codes(value: object, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """All codes of a kecamatan or a kelurahan in some options, with their keys."""
    if isinstance(value, str):
        if REGION.fullmatch(value):
            yield at, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _codes(each, (*at, str(key)))
    elif isinstance(value, list):
        for each in value:
            yield from _codes(each, at)


def _secret(reference: object, environ: Mapping[str, str] | None) -> str:
    """What a variable or a file holds, or nothing if nobody asks the agencies; raises `NoSecret`."""
    if not isinstance(reference, str) or reference in (ENV, FILE) or not reference.startswith((ENV, FILE)):
        raise NoSecret(EXPECTED)
    if environ is None:
        return ""
    if reference.startswith(FILE):
        return read_secret(reference, environ)
    name = reference.removeprefix(ENV)
    if not environ.get(name):
        raise NoSecret(f"the environment variable {name} is not set")
    return environ[name]


def check_address(
    problems: Problems,
    where: tuple[str, ...],
    address: str,
    schemes: tuple[str, ...],
    tls_exception: TlsException | None,
) -> None:
    """Whether it is an address of these schemes, without a password, and over TLS unless that is excepted."""
    try:
        url = urlsplit(address)
        host, secret = url.hostname, url.username or url.password
    except ValueError:
        problems.add(where, "expected an address")
        return
    if url.scheme not in schemes:
        problems.add(where, f"expected an address that begins with {listed(f'{s}://' for s in schemes)}")
    if secret:
        problems.add(where, "holds a user or a password; those belong into credentials, as names of variables")
    if url.scheme == "http" and host not in LOOPBACK and not tls_exception:
        problems.add(where, "expected https; plain http needs tls_exception = { reason = … }")
