"""Reads `agencies.toml`, checks all of it, and says every mistake with its line, its key and what was expected."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from auth.agreements import Agreement, Agreements, Purpose
from auth.configuration import IdentityConfiguration
from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.connector import AnyConnector
from connectors.kit.observer import Observer
from connectors.registry import Agencies
from engine.configuration.agency_table import AgencyTable, check_address
from engine.configuration.city_examples import examples_of, read_examples
from engine.configuration.city_folder import regions_of
from engine.configuration.city_table import CityTable
from engine.configuration.did_you_mean import did_you_mean
from engine.configuration.model import AgencyConfiguration, Configuration
from engine.configuration.problems import ConfigurationError, Problems, listed

TABLES = ("city", "examples", "identity", "purposes", "agreements", "agencies")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def connect_agencies(configuration: Configuration, clock: Clock, observer: Observer | None = None) -> Agencies:
    """A connector for each agency of the file, in its order. None is called yet. `observer` is told of each call."""
    zone = ZoneInfo(configuration.city.timezone)
    return Agencies(
        each.connector(
            _edited(each),
            each.options,
            each.credentials,
            clock=clock,
            zone=zone,
            observer=observer,
            regions=configuration.regions,
        )
        for each in configuration.agencies
    )


def _edited(configured: AgencyConfiguration) -> Agency:
    """The agency with its edition: the address and the options, under a name."""
    said = msgspec.json.encode((configured.agency.url, configured.options), enc_hook=str)
    return msgspec.structs.replace(configured.agency, edition=hashlib.sha256(said).hexdigest()[:8])


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
    return _AgenciesReader(path, text, connectors, environ).read(document)


class _AgenciesReader:
    """One file on its way to a `Configuration`; collects problems as it goes."""

    def __init__(
        self, path: Path, text: str, connectors: Iterable[type[AnyConnector]], environ: Mapping[str, str] | None
    ) -> None:
        self._problems = Problems(path, text)
        self._folder = path.parent
        self._connectors = connectors
        self._environ = environ

    def read(self, document: dict[str, Any]) -> Configuration:
        for key in document.keys() - {*TABLES}:
            self._problems.add(
                (key,), f"unknown; a file has {listed(f'[{each}]' for each in TABLES)}{did_you_mean(key, TABLES)}"
            )
        table = CityTable(self._problems, self._folder)
        city = table.read(document.get("city"))
        regions = regions_of(self._folder, table.code, table.timezone, self._problems) if table.code else None
        identity = self._identity(document.get("identity"))
        tables = self._tables(document, "agencies")
        table_of = AgencyTable(self._problems, self._connectors, self._environ, regions)
        agencies = [table_of.read(code, table) for code, table in tables.items()]
        agreements = self._agreements(document)
        given = read_examples(document.get("examples", {}), regions, self._problems)
        if not self._problems.found:
            self._check_together([agency for agency in agencies if agency])
        if self._problems.found or city is None or regions is None:
            raise ConfigurationError(self._problems.found)
        enabled = tuple(agency for agency in agencies if agency)
        examples = examples_of(regions, (each.agency for each in enabled), given)
        off = tuple(code for code, table in tables.items() if isinstance(table, dict) and table.get("enabled") is False)
        return Configuration(city, regions, enabled, identity, agreements, examples, off)

    def _tables(self, document: dict[str, Any], name: str) -> dict[str, Any]:
        """Those of this name, by their codes."""
        tables = document.get(name, {})
        if not isinstance(tables, dict):
            self._problems.add((name,), f"expected tables, [{name}.<code>]")
            return {}
        for code in tables:
            if not CODE.fullmatch(code):
                self._problems.add((name, code), "a code is lower-case words joined by dashes")
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
                self._problems.add(("agencies", each.agency.code, "options", *keys), expected)

    def _agreements(self, document: dict[str, Any]) -> Agreements:
        purposes: dict[str, Purpose | None] = {
            code: self._problems.convert(("purposes", code), table, Purpose)
            for code, table in self._tables(document, "purposes").items()
        }
        agreements: dict[str, Agreement | None] = {
            code: self._problems.convert(("agreements", code), table, Agreement)
            for code, table in self._tables(document, "agreements").items()
        }
        agencies = document.get("agencies", {})
        for code, each in agreements.items():
            if each is None:
                continue
            for purpose in each.purposes:
                if purpose not in purposes:
                    problem = f"{purpose} is no purpose; there are {listed(purposes)}{did_you_mean(purpose, purposes)}"
                    self._problems.add(("agreements", code, "purposes"), problem)
            if each.signed_by not in agencies:
                problem = f"{each.signed_by} is no agency{did_you_mean(each.signed_by, agencies)}"
                self._problems.add(("agreements", code, "signed_by"), problem)
            client = each.client.removeprefix("agency:")
            if client != each.client and client not in agencies:
                self._problems.add(
                    ("agreements", code, "client"), f"{client} is no agency{did_you_mean(client, agencies)}"
                )
        return Agreements(
            purposes={code: each for code, each in purposes.items() if each},
            agreements={code: each for code, each in agreements.items() if each},
        )

    def _identity(self, table: object) -> IdentityConfiguration | None:
        if table is None:
            return None
        identity: IdentityConfiguration | None = self._problems.convert(("identity",), table, IdentityConfiguration)
        if identity:
            check_address(
                self._problems, ("identity", "issuer"), identity.issuer, ("https", "http"), identity.tls_exception
            )
        return identity


def _toml_problem(message: str) -> str:
    if duplicate := re.search(r"Cannot declare \('agencies', '([^']+)'\) twice", message):
        message = message.replace(duplicate[0], f"the agency {duplicate[1]} stands twice; each code stands once")
    return message[0].lower() + message[1:]
