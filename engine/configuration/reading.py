"""All that a hub is configured by, read in one pass, so that all mistakes are told together."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from connectors.kit.connector import AnyConnector
from engine.configuration.agencies_file import read_configuration
from engine.configuration.city_folder import AGENCIES
from engine.configuration.did_you_mean import did_you_mean
from engine.configuration.model import Configuration
from engine.configuration.problems import ConfigurationError
from engine.configuration.secret_files import DIRECTORIES
from engine.configuration.settings import Settings, names_of_settings

PREFIX = "SIMPUL_"


class HubConfiguration(NamedTuple):
    """The settings of the environment, and what the file of agencies says."""

    settings: Settings
    configuration: Configuration


def read_all(connectors: Iterable[type[AnyConnector]], environ: Mapping[str, str]) -> HubConfiguration:
    """Read the settings and the file; raises `ConfigurationError` with the mistakes of both."""
    problems = unknown_settings(environ)
    settings = configuration = None
    try:
        settings = Settings()
        path = settings.agencies
    except ValidationError as error:
        problems += problems_of(error)
        path = file_of(environ)
    problems += two_folders(environ)
    try:
        configuration = read_configuration(path, connectors, environ)
    except ConfigurationError as error:
        problems += error.problems
    if problems or settings is None or configuration is None:
        raise ConfigurationError(problems)
    return HubConfiguration(settings, configuration)


def file_of(environ: Mapping[str, str]) -> Path:
    """Where the file of agencies stands, whatever else is wrong with the settings."""
    folder = Path(environ.get(f"{PREFIX}CITY") or Settings.model_fields["city"].default)
    return Path(environ.get(f"{PREFIX}AGENCIES") or folder / AGENCIES)


def two_folders(environ: Mapping[str, str]) -> list[str]:
    """A line where two variables name two cities: the one of which was forgotten would be the one that holds."""
    city, file = environ.get(f"{PREFIX}CITY"), environ.get(f"{PREFIX}AGENCIES")
    if not city or not file or Path(file).resolve() == (Path(city) / AGENCIES).resolve():
        return []
    return [f"{PREFIX}AGENCIES: names another file than that of {PREFIX}CITY; set one of them"]


def problems_of(error: ValidationError) -> list[str]:
    """A line for each setting that is wrong, without its value."""
    return [f"{PREFIX}{'__'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()]


def unknown_settings(environ: Mapping[str, str]) -> list[str]:
    """A line for each variable of this prefix that is no setting: a mistyped limit would be no limit."""
    known = [*(f"{PREFIX}{name}".upper() for name in names_of_settings()), DIRECTORIES[0]]
    return [
        f"{name}: unknown; docs/configuration.md lists the settings{did_you_mean(name.upper(), known)}"
        for name in sorted(environ)
        if name.upper().startswith(PREFIX) and name.upper() not in known
    ]
