"""The command line: `python server.py --help`."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import structlog
import typer
from pydantic import SecretStr, ValidationError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from connectors.kit.check import Outcome, check
from connectors.kit.clock import SystemClock
from connectors.kit.connector import AnyConnector
from connectors.kit.reserved import hosts_of, not_filled_in
from connectors.registry import CONNECTORS
from engine.app import QUERIES, check_store, create_app, record_of
from engine.configuration.agencies_file import (
    LOOPBACK,
    AgencyConfiguration,
    Configuration,
    ConfigurationError,
    connect_agencies,
    did_you_mean,
    read_configuration,
)
from engine.configuration.settings import Settings
from engine.execution.manifest import manifest_of
from engine.http.ports import listens, refused
from engine.http.serving import Server, server_config
from sandbox.kit.credentials import IDENTITY_SECRET
from sandbox.kit.process import NotStarted, beside
from sandbox.registry import environment as sandbox_environment
from schema.compatibility import unnamed_breaks
from schema.matrix import access_page
from schema.root import access_matrix, build, root_fields
from store.audit.audit_log import AuditLog, AuditLogBroken
from store.audit.chain import Broken, Head
from store.audit.heads import kept_in

T = TypeVar("T")

ROOT = Path(__file__).parent
SDL = ROOT / "schema" / "schema.graphql"
LANDED = SDL.with_name("released.graphql")
ACCESS = ROOT / "docs" / "access.md"
CHANGELOG = ROOT / "CHANGELOG.md"
MANIFEST = QUERIES / "manifest.json"

TO_PASTE = "{ hospitals(first: 3, minFree: 1) { nodes { name beds { free source { state fetchedAt } } } } }"


def configure_logging(level: int = logging.INFO) -> None:
    """One line an event: for people on a terminal, JSON elsewhere. uvicorn's own lines only from warnings on."""
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING)


def sandbox_address(configuration: Configuration) -> tuple[str, int]:
    """Where the configuration expects its agencies, all of them on this machine; raises `ConfigurationError`."""
    urls = [urlsplit(each.agency.url) for each in configuration.agencies if each.agency.url]
    addresses = {url.netloc for url in urls if url.scheme in {"http", "https"}}
    host, _, port = next(iter(addresses), "").rpartition(":")
    host = host.strip("[]")
    if len(addresses) != 1 or host not in LOOPBACK or not port.isdecimal():
        raise ConfigurationError(["--sandbox: its agencies have one address on this machine, as in agencies.toml"])
    return host, int(port)


def check_sandbox(configuration: Configuration) -> None:
    """Whether the sandbox can listen where it is expected; raises `ConfigurationError`."""
    host, port = sandbox_address(configuration)
    if why := refused(host, port):
        raise ConfigurationError(
            [
                f"--sandbox: the sandbox does not start at {host}:{port}; does something else listen there? "
                f"({why}) Stop it, or move the sandbox: write another port into agencies.toml, or into a copy of it "
                "that SIMPUL_AGENCIES names."
            ]
        )


@contextmanager
def sandbox_for(configuration: Configuration, *, may_run: bool = False) -> Iterator[None]:
    """The sandbox while the block runs; or the one that runs there."""
    host, port = sandbox_address(configuration)
    if may_run and listens(host, port):
        yield
        return
    check_sandbox(configuration)
    try:
        with beside(host, port) as said:
            typer.echo(said)
            yield
    except NotStarted as error:
        raise ConfigurationError([f"--sandbox: {error}"]) from None


class AnnouncingServer(Server):
    """Says what to open once it can be opened."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        await super().startup(sockets)
        if self.started:
            address = f"http://{self.config.host}:{self.config.port}"
            typer.echo(
                f"\n  GraphiQL      {address}/graphql\n  schema        {address}/schema.graphql\n"
                f"  health        {address}/readyz\n\n  Try:\n  curl -s {address}/graphql"
                f" -H 'content-type: application/json' -d '{{\"query\": \"{TO_PASTE}\"}}'\n\n  Ctrl-C stops it.\n"
            )


cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
agencies = typer.Typer(no_args_is_help=True)
record = typer.Typer(no_args_is_help=True)
cli.add_typer(record, name="record", help="The record of who read whose data.")
cli.add_typer(agencies, name="agencies", help="Say what is configured, and how it is.")


@cli.command()
def run(
    host: Annotated[str, typer.Option(envvar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65_535, help="The port to listen on.")] = 8000,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Start the stand-in agencies beside the hub.")] = False,
) -> None:
    """Start the hub."""
    environ = {**(sandbox_environment() if sandbox else {}), **os.environ}
    with _problems_told():
        if why := refused(host, port):
            raise ConfigurationError(
                [f"{host}:{port}: {why}; stop what listens there, or name another place: PORT={port + 1} (or HOST)"]
            )
        settings = _settings(sandbox=sandbox)
        configuration = read_configuration(settings.agencies, CONNECTORS, environ)
        if sandbox:
            check_sandbox(configuration)
        app = create_app(configuration, settings)
        asyncio.run(check_store(settings))
        configure_logging()
        with sandbox_for(configuration) if sandbox else nullcontext():
            AnnouncingServer(
                server_config(
                    app,
                    walls=settings.server.walls(),
                    keep_alive=settings.server.keep_alive,
                    shutdown=settings.server.shutdown,
                    host=host,
                    port=port,
                    ws_max_size=settings.max_request_bytes,
                )
            ).run()


@cli.command()
def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if a file is not up to date, or a promise broken.")
    ] = False,
) -> None:
    """Write what follows from the code: the schema, the matrix of who may read what, the manifest of documents."""
    late = False
    queries = [path.read_text(encoding="utf-8") for path in sorted(QUERIES.glob("*.graphql"))]
    written = {
        SDL: f"{build().as_str()}\n",
        ACCESS: access_page(access_matrix()),
        MANIFEST: manifest_of(queries),
    }
    for path, text in written.items():
        if not check:
            path.write_text(text, encoding="utf-8")
            typer.echo(f"wrote {path.relative_to(ROOT)}")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            typer.echo(f"{path.relative_to(ROOT)} is not what the code promises; run make schema", err=True)
            late = True
    raise typer.Exit(1 if late or (check and _promise_broken()) else 0)


@cli.command()
def promise() -> None:
    """Promise the schema of today: what breaks it from now on has to be named. For a release."""
    if _promise_broken():
        raise typer.Exit(1)
    LANDED.write_text(f"{build().as_str()}\n", encoding="utf-8")
    typer.echo(f"wrote {LANDED.relative_to(ROOT)}")


def _promise_broken() -> bool:
    """Whether the schema breaks what has landed and CHANGELOG.md does not say so; tells where."""
    landed, changelog = (path.read_text(encoding="utf-8") for path in (LANDED, CHANGELOG))
    found = unnamed_breaks(landed, build().as_str(), changelog)
    for each in found:
        typer.echo(f"`{each.coordinate}`: {each.text}", err=True)
    if found:
        typer.echo("These break a promise. Take them back, or name each under ### Breaking in CHANGELOG.md.", err=True)
    return bool(found)


@agencies.command("list")
def list_agencies() -> None:
    """Say which agencies are configured, and which root fields each feeds. Asks nobody, needs no credentials."""
    with _problems_told():
        configuration = read_configuration(Settings().agencies, CONNECTORS, None)
        table = _table("agency", "domain", "connector", "root fields", "name", "address")
        for agency, connector, *_ in configuration.agencies:
            fields = ", ".join(root_fields(connector))
            table.add_row(agency.code, agency.domain, agency.connector, fields, agency.name, agency.url or "-")
        _show(table)


@agencies.command("check")
def check_agencies(
    code: Annotated[str | None, typer.Argument(help="Only this agency.", show_default=False)] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Check the stand-ins; start them unless they run.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask also where values of agencies.example.toml still stand.")
    ] = False,
) -> None:
    """Ask each agency one question, and say how it answered. Fails (1) if one does not answer as it should.

    Says beforehand which hosts it will ask.
    """
    environ = {**(sandbox_environment() if sandbox else {}), **os.environ}
    with _problems_told():
        configuration = read_configuration(Settings().agencies, CONNECTORS, environ)
        chosen = [each for each in configuration.agencies if code in {None, each.agency.code}]
        if not chosen:
            known = [each.agency.code for each in configuration.agencies]
            raise ConfigurationError([f"{code}: no such agency{did_you_mean(code or '', known)}"])
        _say_who_is_asked(chosen, even_so=yes)
        configure_logging(logging.CRITICAL)
        with sandbox_for(configuration, may_run=True) if sandbox else nullcontext():
            outcomes = asyncio.run(_checked(configuration._replace(agencies=tuple(chosen))))
    table = _table("agency", "asked for", "reachable", "shape", "rows", "floor", "age", "took")
    for each in outcomes:
        table.add_row(*_cells(each))
    _show(table)
    for each in outcomes:
        for finding, times in each.findings.items():
            typer.echo(f"{each.agency.code}: {finding} ({times}x)")
        if each.problem:
            typer.echo(f"{each.agency.code}: {each.problem}")
    raise typer.Exit(1 if any(each.problem for each in outcomes) else 0)


def _say_who_is_asked(chosen: list[AgencyConfiguration], *, even_so: bool) -> None:
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


OfSandbox = Annotated[bool, typer.Option("--sandbox", help="The record of a hub that runs on the sandbox.")]


@record.command("head")
def record_head(sandbox: OfSandbox = False) -> None:
    """Print the number and the link of the newest entry; kept elsewhere, they show later that nothing was cut off."""
    with _problems_told():
        typer.echo(str(asyncio.run(_of_record(_settings(sandbox=sandbox), lambda usages: usages.head()))))


@record.command("verify")
def verify_record(
    kept: Annotated[
        str | None,
        typer.Option("--kept", help="A head that was kept elsewhere, or a file of them.", show_default="SIMPUL_HEADS"),
    ] = None,
    sandbox: OfSandbox = False,
) -> None:
    """Follow the chain from its beginning. Fails (1) if an entry was changed, taken away or put in."""
    with _problems_told():
        settings = _settings(sandbox=sandbox)
        heads, where = _kept_heads(kept, settings)
        broken, head = asyncio.run(_of_record(settings, lambda usages: _verified(usages, heads)))
    for each in broken:
        typer.echo(str(each), err=True)
    typer.echo(f"{head.sequence} entries, {len(broken)} broken; head {head}")
    if where:
        typer.echo(f"compared with {len(heads)} heads in {where}")
    raise typer.Exit(1 if broken else 0)


def _kept_heads(kept: str | None, settings: Settings) -> tuple[list[Head], Path | None]:
    """The one that is given, or those in the file that is; else those that the hub has kept; and the file."""
    if kept:
        with suppress(ValueError):
            return [Head.parse(kept)], None
    file = Path(kept) if kept else settings.heads_file()
    if file is None or not (kept or file.exists()):
        return [], None
    try:
        found = list(kept_in(file))
    except OSError as error:
        raise ConfigurationError([f"--kept: no head, and no file that can be read: {error.strerror}"]) from None
    if bad := [each for each in found if isinstance(each, int)]:
        raise ConfigurationError([f"{file}: line {number} is no head" for number in bad])
    return [each for each in found if isinstance(each, Head)], file


def _settings(*, sandbox: bool) -> Settings:
    """From the environment; beside the sandbox, whose people do not exist, the identity secret may be missing there."""
    settings = Settings()
    if sandbox and settings.identity_secret is None:
        return settings.model_copy(update={"identity_secret": SecretStr(IDENTITY_SECRET)})
    return settings


async def _verified(usages: AuditLog, kept: list[Head]) -> tuple[list[Broken], Head]:
    return [each async for each in usages.broken(kept)], await usages.head()


async def _of_record(settings: Settings, ask: Callable[[AuditLog], Awaitable[T]]) -> T:
    """What it says; the record is that of the settings, under the secret that it was written with."""
    async with record_of(settings) as usages:
        try:
            return await ask(usages)
        except AuditLogBroken as error:
            raise ConfigurationError([f"the record cannot be read: {error}"]) from None


async def _checked(configuration: Configuration) -> list[Outcome]:
    """Some at once, with a bar for a person who waits; more would wait for each other and seem slow."""
    turn = asyncio.Semaphore(4)
    connected = connect_agencies(configuration, SystemClock())
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("asking", total=len(configuration.agencies))

            async def one(connector: AnyConnector) -> Outcome:
                async with turn:
                    outcome = await check(connector)
                progress.advance(task)
                return outcome

            return await asyncio.gather(*map(one, connected))
    finally:
        await connected.aclose()


def _cells(outcome: Outcome) -> Iterator[str]:
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


def _table(*columns: str) -> Table:
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    table.columns[0].no_wrap = True
    return table


def _show(table: Table) -> None:
    """As wide as the terminal; in full where it goes to a file or to another program."""
    Console(width=None if sys.stdout.isatty() else 10_000).print(table)


@contextmanager
def _problems_told() -> Iterator[None]:
    """What is wrong with settings or configuration, a line each, instead of a traceback."""
    try:
        yield
    except ValidationError as error:
        problems = [f"SIMPUL_{'__'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()]
    except ConfigurationError as error:
        problems = list(error.problems)
    else:
        return
    for problem in problems:
        typer.echo(problem, err=True)
    raise typer.Exit(2)


if __name__ == "__main__":
    cli()
