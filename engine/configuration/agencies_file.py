"""Reads `agencies.toml`, checks all of it, and says every mistake with its line, its key and what was expected."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from auth.agreements import Agreement, Agreements, Purpose
from auth.configuration import IdentityConfiguration
from connectors.kit.agency import Agency, TlsException
from connectors.kit.clock import Clock
from connectors.kit.connector import AnyConnector, Credentials, Options
from connectors.kit.feed import names_of_feeds
from connectors.kit.read import names_of_reads
from connectors.registry import Agencies

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TABLES = ("city", "identity", "purposes", "agreements", "agencies")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class CityConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The city: its Kemendagri code names the file of its regions, its time zone is that of its agencies."""

    name: str
    code: str
    timezone: str


class AgencyConfiguration(NamedTuple):
    """An agency with what its connector needs, checked."""

    agency: Agency
    connector: type[AnyConnector]
    options: Options
    credentials: Credentials


class Configuration(NamedTuple):
    """A whole file, checked. Without `identity`, nobody can sign in."""

    city: CityConfiguration
    agencies: tuple[AgencyConfiguration, ...]
    identity: IdentityConfiguration | None = None
    agreements: Agreements = Agreements()


class ConfigurationError(Exception):
    """The file is wrong. `problems` are lines for a person: `file:line: key: what was expected`."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def connect_agencies(configuration: Configuration, clock: Clock) -> Agencies:
    """A connector for each agency of the file, in its order; none is called yet."""
    zone = ZoneInfo(configuration.city.timezone)
    return Agencies(
        each.connector(each.agency, each.options, each.credentials, clock=clock, zone=zone)
        for each in configuration.agencies
    )


def read_configuration(
    path: Path, connectors: Iterable[type[AnyConnector]], environ: Mapping[str, str] | None
) -> Configuration:
    """Read and check the file; raises `ConfigurationError` with all problems.

    Credentials come from `environ`; with None they are left blank, for who looks at the file and asks nobody.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError([f"{path}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigurationError([f"{path}: is not UTF-8"]) from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([f"{path}: {_toml_problem(str(error))}"]) from None
    return _Reader(path, text, connectors, environ).read(document)


class _Reader:
    """One file on its way to a `Configuration`; collects problems as it goes."""

    def __init__(
        self, path: Path, text: str, connectors: Iterable[type[AnyConnector]], environ: Mapping[str, str] | None
    ) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._connectors = {(connector.domain, connector.protocol): connector for connector in connectors}
        self._environ = environ
        self._problems: list[str] = []

    def read(self, document: dict[str, Any]) -> Configuration:
        for key in document.keys() - {*TABLES}:
            self._problem(
                (key,), f"unknown; a file has {_list(f'[{each}]' for each in TABLES)}{did_you_mean(key, TABLES)}"
            )
        city = self._city(document.get("city"))
        identity = self._identity(document.get("identity"))
        agencies = [self._agency(code, table) for code, table in self._tables(document, "agencies").items()]
        agreements = self._agreements(document)
        if not self._problems:
            self._check_together([agency for agency in agencies if agency])
        if self._problems or city is None:
            raise ConfigurationError(self._problems)
        return Configuration(city, tuple(agency for agency in agencies if agency), identity, agreements)

    def _tables(self, document: dict[str, Any], name: str) -> dict[str, Any]:
        """Those of this name, by their codes."""
        tables = document.get(name, {})
        if not isinstance(tables, dict):
            self._problem((name,), f"expected tables, [{name}.<code>]")
            return {}
        for code in tables:
            if not CODE.fullmatch(code):
                self._problem((name, code), "a code is lower-case words joined by dashes")
        return tables

    def _check_together(self, agencies: list[AgencyConfiguration]) -> None:
        """What the options of one agency say beside those of the others of its domain."""
        for each in agencies:
            others = {
                of.agency.code: of.options
                for of in agencies
                if of.agency.domain == each.agency.domain and of is not each
            }
            for keys, expected in each.options.mistakes(others):
                self._problem(("agencies", each.agency.code, "options", *keys), expected)

    def _agreements(self, document: dict[str, Any]) -> Agreements:
        purposes: dict[str, Purpose | None] = {
            code: self._convert(("purposes", code), table, Purpose)
            for code, table in self._tables(document, "purposes").items()
        }
        agreements: dict[str, Agreement | None] = {
            code: self._convert(("agreements", code), table, Agreement)
            for code, table in self._tables(document, "agreements").items()
        }
        agencies = document.get("agencies", {})
        for code, each in agreements.items():
            if each is None:
                continue
            for purpose in each.purposes:
                if purpose not in purposes:
                    told = f"{purpose} is no purpose; there are {_list(purposes)}{did_you_mean(purpose, purposes)}"
                    self._problem(("agreements", code, "purposes"), told)
            if each.signed_by not in agencies:
                told = f"{each.signed_by} is no agency{did_you_mean(each.signed_by, agencies)}"
                self._problem(("agreements", code, "signed_by"), told)
            client = each.client.removeprefix("agency:")
            if client != each.client and client not in agencies:
                self._problem(("agreements", code, "client"), f"{client} is no agency{did_you_mean(client, agencies)}")
        return Agreements(
            purposes={code: each for code, each in purposes.items() if each},
            agreements={code: each for code, each in agreements.items() if each},
        )

    def _city(self, table: object) -> CityConfiguration | None:
        if table is None:
            self._problem(("city",), "missing; expected a table with name, code and timezone")
            return None
        city = self._convert(("city",), table, CityConfiguration)
        if city:
            try:
                ZoneInfo(city.timezone)
            except (ZoneInfoNotFoundError, ValueError):
                self._problem(("city", "timezone"), "expected a name of the IANA time zones, like Asia/Jakarta")
        return city

    def _identity(self, table: object) -> IdentityConfiguration | None:
        if table is None:
            return None
        identity: IdentityConfiguration | None = self._convert(("identity",), table, IdentityConfiguration)
        if identity:
            self._check_address(("identity", "issuer"), identity.issuer, ("https", "http"), identity.tls_exception)
        return identity

    def _agency(self, code: str, table: object) -> AgencyConfiguration | None:
        at = ("agencies", code)
        if not isinstance(table, dict):
            self._problem(at, "expected a table")
            return None
        table = dict(table)
        options, secrets = table.pop("options", {}), table.pop("credentials", {})
        agency = self._convert(at, {"code": code, **table}, Agency)
        connector = self._connector(at, table)
        if agency is None or connector is None:
            return None
        self._check_place(at, agency, connector)
        for name in agency.at_least:
            if name not in (names := names_of_reads(connector) + names_of_feeds(connector)):
                self._problem((*at, "at_least", name), f"unknown; the reads of {connector.protocol} are {_list(names)}")
        checked_options = self._convert((*at, "options"), options, connector.options_type)
        credentials = self._credentials((*at, "credentials"), secrets, connector)
        if checked_options is None or credentials is None:
            return None
        return AgencyConfiguration(agency, connector, checked_options, credentials)

    def _check_place(self, at: tuple[str, ...], agency: Agency, connector: type[AnyConnector]) -> None:
        """Whether it has an address, and only where its protocol asks somebody."""
        if connector.schemes and not agency.url:
            self._problem((*at, "url"), "missing")
        elif connector.schemes:
            self._check_address((*at, "url"), agency.url, connector.schemes, agency.tls_exception)
        elif agency.url:
            self._problem((*at, "url"), f"{agency.connector} asks nobody, so it has no address")

    def _connector(self, at: tuple[str, ...], table: Mapping[str, object]) -> type[AnyConnector] | None:
        domain, protocol = table.get("domain"), table.get("connector")
        if not (isinstance(domain, str) and isinstance(protocol, str)):
            return None
        domains = sorted({known for known, _ in self._connectors})
        if domain not in domains:
            self._problem((*at, "domain"), f"unknown; expected one of {_list(domains)}{did_you_mean(domain, domains)}")
            return None
        protocols = sorted(known for of, known in self._connectors if of == domain)
        if protocol not in protocols:
            self._problem(
                (*at, "connector"),
                f"unknown; {domain} is spoken to by {_list(protocols)}{did_you_mean(protocol, protocols)}",
            )
            return None
        return self._connectors[domain, protocol]

    def _check_address(
        self, where: tuple[str, ...], address: str, schemes: tuple[str, ...], tls_exception: TlsException | None
    ) -> None:
        try:
            url = urlsplit(address)
            host, secret = url.hostname, url.username or url.password
        except ValueError:
            self._problem(where, "expected an address")
            return
        if url.scheme not in schemes:
            self._problem(where, f"expected an address that begins with {_list(f'{s}://' for s in schemes)}")
        if secret:
            self._problem(where, "holds a user or a password; those belong into credentials, as names of variables")
        if url.scheme == "http" and host not in LOOPBACK and not tls_exception:
            self._problem(where, "expected https; plain http needs tls_exception = { reason = … }")

    def _credentials(self, at: tuple[str, ...], table: object, connector: type[AnyConnector]) -> Credentials | None:
        if not isinstance(table, dict):
            self._problem(at, "expected a table of names of variables")
            return None
        values: dict[str, str] = {}
        for key, reference in table.items():
            name = reference.removeprefix("env:") if isinstance(reference, str) else ""
            if not isinstance(reference, str) or not reference.startswith("env:") or not name:
                self._problem((*at, key), 'expected "env:NAME"; the file names a variable and never holds a value')
            elif self._environ is not None and not self._environ.get(name):
                self._problem((*at, key), f"the environment variable {name} is not set")
            values[key] = (self._environ or {}).get(name, "")
        return self._convert(at, values, connector.credentials_type)

    def _convert(self, at: tuple[str, ...], value: object, to: type[Any]) -> Any | None:
        try:
            return msgspec.convert(value, to)
        except msgspec.ValidationError as error:
            message, _, inside = str(error).partition(" - at ")
            keys = re.findall(r"\.(\w+)", inside)
            unknown = re.search(r"unknown field `(.+)`", message)
            if unknown:
                keys.append(unknown[1])
                fields = _fields(to, keys[:-1])
                message = f"unknown; expected one of {_list(fields)}{did_you_mean(unknown[1], fields)}"
            elif missing := re.search(r"missing required field `(.+)`", message):
                keys.append(missing[1])
                message = "missing"
            else:
                message = message[0].lower() + message[1:].replace("`", "")
            self._problem((*at, *keys), message)
            return None

    def _problem(self, keys: tuple[str, ...], message: str) -> None:
        line = self._line(keys)
        place = f"{self._path}:{line}" if line else f"{self._path}"
        self._problems.append(f"{place}: {'.'.join(keys)}: {message}")

    def _line(self, keys: tuple[str, ...]) -> int | None:
        """Where the key stands, or the nearest table above it; TOML's parser does not tell."""
        best, header = None, ""
        for number, line in enumerate(self._lines, start=1):
            if match := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
                header = match[1].replace('"', "")
                if ".".join(keys) == header:
                    return number
                if ".".join(keys).startswith(f"{header}."):
                    best = number
            elif best and ".".join(keys).startswith(f"{header}."):
                key = ".".join(keys)[len(header) + 1 :].split(".")[0]
                if re.match(rf"\s*\"?{re.escape(key)}\"?\s*[.=]", line):
                    best = number
            elif not header and keys and re.match(rf"\s*\"?{re.escape(keys[0])}\"?\s*[.=]", line):
                best = number
        return best


def _fields(of: type[Any], path: list[str]) -> list[str]:
    """The names that a struct, or the one inside it at this path, accepts."""
    for step in path:
        inner: Any = next((field.type for field in msgspec.structs.fields(of) if field.encode_name == step), None)
        parts: tuple[Any, ...] = getattr(inner, "__args__", (inner,))
        of = next((part for part in parts if hasattr(part, "__struct_fields__")), of)
    hidden = {"code"} if of is Agency else set()
    also = {"credentials", "options"} if of is Agency else set()
    return sorted({field.encode_name for field in msgspec.structs.fields(of)} - hidden | also)


def _toml_problem(message: str) -> str:
    if duplicate := re.search(r"Cannot declare \('agencies', '([^']+)'\) twice", message):
        message = message.replace(duplicate[0], f"the agency {duplicate[1]} stands twice; each code stands once")
    return message[0].lower() + message[1:]


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A hint at the name that was meant, to put behind a message; empty where none is near."""
    closest = difflib.get_close_matches(name, list(names), n=1)
    return f" (did you mean {closest[0]}?)" if closest else ""
