"""What `agencies list` and `agencies check` say of the configured agencies."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import import_module

import typer
from rich.console import Console
from rich.progress import Progress

from connectors.kit.check import CheckResult, check
from connectors.kit.clock import SystemClock
from connectors.kit.connector import AnyConnector
from connectors.kit.reserved import hosts_of, not_filled_in
from connectors.kit.together import together
from engine.commands.output import show, table_of
from engine.configuration.agencies_file import connect_agencies
from engine.configuration.did_you_mean import did_you_mean
from engine.configuration.model import AgencyConfiguration, Configuration
from engine.configuration.problems import ConfigurationError
from schema.root import root_fields


def show_agencies(configuration: Configuration) -> None:
    """Which agencies there are, and which root fields each feeds."""
    table = table_of("agency", "domain", "connector", "root fields", "name", "address")
    for agency, connector, *_ in configuration.agencies:
        fields = ", ".join(root_fields(connector))
        table.add_row(agency.code, agency.domain, agency.connector, fields, agency.name, agency.url or "-")
    show(table)


def chosen_from(configuration: Configuration, code: str | None) -> Configuration:
    """With the agency of this code only; with all, where none is named."""
    chosen = [each for each in configuration.agencies if code in {None, each.agency.code}]
    if not chosen:
        known = [each.agency.code for each in configuration.agencies]
        raise ConfigurationError([f"{code}: no such agency{did_you_mean(code or '', known)}"])
    return configuration._replace(agencies=tuple(chosen))


def say_who_is_asked(chosen: Iterable[AgencyConfiguration], *, even_so: bool) -> None:
    """Each host and for which agencies; raises `ConfigurationError` where an entry is not filled in."""
    hosts: dict[str, list[str]] = {}
    problems = []
    for agency, _, options, _ in chosen:
        for host in hosts_of(agency) or ["a file on this machine"]:
            hosts.setdefault(host, []).append(agency.code)
        if keys := not_filled_in(agency, options):
            problems.append(f"{agency.code}: {', '.join(keys)}: a value of the example")
    stop = bool(problems) and not even_so
    for host, codes in hosts.items():
        typer.echo(f"{'would ask' if stop else 'asking'} {host} ({', '.join(codes)})", err=True)
    if stop:
        raise ConfigurationError([*problems, "Nobody was asked. Fill these in, or ask all the same with --yes."])


USED = ("aiohttp", "feedparser", "icalendar", "psycopg", "sqlalchemy.ext.asyncio")
"""Libraries that are imported when they are first used. The time for it is none of an agency's."""


async def ask_agencies(configuration: Configuration) -> list[CheckResult]:
    """Some at once, with a bar for a person who waits; more would wait for each other and seem slow."""
    for name in USED:
        import_module(name)
    turn = asyncio.Semaphore(4)
    connected = connect_agencies(configuration, SystemClock())
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("asking", total=len(configuration.agencies))

            async def one(connector: AnyConnector) -> CheckResult:
                async with turn:
                    outcome = await check(connector)
                progress.advance(task)
                return outcome

            return await together(map(one, connected))
    finally:
        await connected.aclose()


def show_outcomes(outcomes: Iterable[CheckResult]) -> None:
    """A line an agency, then what was found and what went wrong."""
    table = table_of("agency", "asked for", "reachable", "shape", "rows", "floor", "age", "took")
    for each in outcomes:
        table.add_row(*_cells(each))
    show(table)
    for each in outcomes:
        for finding, times in each.findings.items():
            typer.echo(f"{each.agency.code}: {finding} ({times}x)")
        if each.problem:
            typer.echo(f"{each.agency.code}: {each.problem}")


def _cells(outcome: CheckResult) -> Iterator[str]:
    yield outcome.agency.code
    yield outcome.question
    yield "refused" if outcome.refused else "yes" if outcome.reachable else "no"
    if outcome.changed:
        yield "changed"
    elif outcome.problem:
        yield "-"
    elif outcome.findings:
        yield f"{len(outcome.findings)} finding{'s' if len(outcome.findings) > 1 else ''}"
    else:
        yield "as promised"
    yield "-" if outcome.rows is None else str(outcome.rows)
    yield "-" if outcome.floor is None else str(outcome.floor)
    yield _age(outcome.changed_at) if outcome.changed_at else "-"
    yield f"{outcome.took * 1000:.0f} ms"


def _age(since: datetime) -> str:
    minutes = int((SystemClock().now() - since).total_seconds() // 60)
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"
