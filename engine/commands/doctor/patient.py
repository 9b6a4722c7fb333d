"""What the doctor looks at: the settings and the file of agencies as far as they can be read, and the clock."""

from collections.abc import Callable, Iterable, Mapping

import msgspec
from pydantic import ValidationError

from connectors.kit.clock import Clock
from connectors.kit.connector import AnyConnector
from connectors.kit.redis_presence import RedisPresence
from engine.commands.doctor.symptoms import Examination
from engine.configuration.agencies_file import read_configuration
from engine.configuration.model import Configuration
from engine.configuration.problems import ConfigurationError
from engine.configuration.reading import file_of, read_all
from engine.configuration.settings import Settings
from engine.opening import check_agreements, metrics_token, open_cache, open_documents, open_hasher
from schema.root import access_matrix

PART = "configuration"
MEND = "mend it as the line says; docs/configuration.md describes each setting and key"


class Patient(msgspec.Struct, kw_only=True):
    """A hub that may not run. `settings` or `configuration` are None where they cannot be read.

    `clocks` are how many seconds the clocks of others are ahead of this machine's, by what they belong to.
    """

    settings: Settings | None
    configuration: Configuration | None
    environ: Mapping[str, str]
    clock: Clock
    clocks: dict[str, float] = {}


def received(
    connectors: Iterable[type[AnyConnector]],
    environ: Mapping[str, str],
    clock: Clock,
    adjusted: Callable[[Settings], Settings] | None = None,
) -> tuple[Patient, Examination]:
    """What can be read of a hub, and each mistake in it."""
    findings = Examination(PART)
    settings = configuration = None
    try:
        settings, configuration = read_all(connectors, environ)
    except ConfigurationError as error:
        for problem in error.problems:
            findings.fail("-", problem, MEND)
        settings = _settings()
        configuration = _configuration(settings, connectors, environ)
    if settings and adjusted:
        settings = adjusted(settings)
    patient = Patient(settings=settings, configuration=configuration, environ=environ, clock=clock)
    if settings and configuration:
        for problem in _of_starting(settings, configuration, clock):
            findings.fail("-", problem, MEND)
        if not findings.found:
            city, number = configuration.city.name, len(configuration.agencies)
            findings.well(str(settings.agencies), f"{city}, {number} agencies; no mistake in settings and file")
    return patient, findings


def _settings() -> Settings | None:
    try:
        return Settings()
    except ValidationError:
        return None


def _configuration(
    settings: Settings | None, connectors: Iterable[type[AnyConnector]], environ: Mapping[str, str]
) -> Configuration | None:
    """The file, where nothing but a setting is wrong."""
    path = settings.agencies if settings else file_of(environ)
    try:
        return read_configuration(path, connectors, environ)
    except ConfigurationError:
        return None


def _of_starting(settings: Settings, configuration: Configuration, clock: Clock) -> list[str]:
    """What stops the start of a hub whose settings and file can be read."""
    problems: list[str] = []
    presence = RedisPresence(clock)
    checks: tuple[Callable[[], object], ...] = (
        lambda: open_hasher(configuration, settings),
        lambda: open_documents(settings),
        lambda: metrics_token(settings),
        lambda: open_cache(settings, clock, None, presence),
        lambda: check_agreements(configuration.agreements, access_matrix()),
    )
    for check in checks:
        try:
            check()
        except ConfigurationError as error:
            problems += error.problems
    return problems
