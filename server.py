"""The command line: `python server.py --help`."""

import gc

if __name__ == "__main__":
    gc.disable()  # nothing of what is imported below is garbage, and it stays

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

import typer
from pydantic import SecretStr

from auth.caller import Audience
from connectors.kit.clock import SystemClock
from connectors.kit.late import late
from connectors.kit.loopback import LOOPBACK
from connectors.registry import CONNECTORS
from engine.app import create_app
from engine.commands.agencies import ask_agencies, chosen_from, say_who_is_asked, show_agencies, show_outcomes
from engine.commands.backup import head_before, make_backup
from engine.commands.city import NewCity, checked_city, show_city, write_city
from engine.commands.generated import breaks_promise, is_up_to_date, promise_schema, schema_of, write_generated
from engine.commands.incident.asking import IncidentOrder, reported
from engine.commands.keys import renew, show_keys, show_renewed
from engine.commands.output import problems_told
from engine.commands.ports import listens, refused
from engine.commands.record import ask_record, kept_heads, verified
from engine.commands.reloading import Hangup, NewestConfiguration
from engine.commands.run import check_place, served
from engine.commands.version import hub_version
from engine.commands.workers import WorkerProcesses, check_workers
from engine.configuration.agencies_file import read_configuration
from engine.configuration.city import CityKind
from engine.configuration.model import Configuration
from engine.configuration.problems import ConfigurationError
from engine.configuration.reading import HubConfiguration, read_all
from engine.configuration.settings import Settings
from engine.opening import check_store
from engine.telemetry.logs import configure_logging

if TYPE_CHECKING:
    from engine.commands.doctor import rounds
    from sandbox import registry as stand_ins
    from sandbox.kit import credentials, process
else:
    rounds = late("engine.commands.doctor.rounds")
    stand_ins, credentials, process = (
        late(f"sandbox.{name}") for name in ("registry", "kit.credentials", "kit.process")
    )


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
        with process.beside(host, port) as said:
            typer.echo(said)
            yield
    except process.NotStarted as error:
        raise ConfigurationError([f"--sandbox: {error}"]) from None


cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
agencies = typer.Typer(no_args_is_help=True)
record = typer.Typer(no_args_is_help=True)
keys = typer.Typer(no_args_is_help=True)
store = typer.Typer(no_args_is_help=True)
cli.add_typer(store, name="store", help="The hub's own database.")
cli.add_typer(keys, name="keys", help="The secrets of the hub, and how one takes the place of another.")
cli.add_typer(record, name="record", help="The record of who read whose data.")
cli.add_typer(agencies, name="agencies", help="Say what is configured, and how it is.")
city = typer.Typer(no_args_is_help=True)
cli.add_typer(city, name="city", help="Write the folder of a city, and say what is wrong with one.")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(hub_version())
        raise typer.Exit


@cli.callback()
def hub(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version of the hub, and end."),
    ] = False,
) -> None:
    """One GraphQL server over the systems of a city's agencies."""


@cli.command()
def run(
    host: Annotated[str, typer.Option(envvar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65_535, help="The port to listen on.")] = 8000,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Start the stand-in agencies beside the hub.")] = False,
    workers: Annotated[
        int, typer.Option(envvar="WORKERS", min=1, max=64, help="How many processes answer, one for each core.")
    ] = 1,
) -> None:
    """Start the hub."""
    environ = {**(stand_ins.environment() if sandbox else {}), **os.environ}

    def read() -> HubConfiguration:
        found = read_all(CONNECTORS, environ)
        return found._replace(settings=_of_sandbox(found.settings)) if sandbox else found

    with problems_told():
        check_place(host, port)
        newest, hangup = NewestConfiguration(read), Hangup()
        settings, configuration = newest.now
        if sandbox:
            check_sandbox(configuration)
        if workers > 1:
            check_workers(settings, port)
        app = create_app(configuration, settings)
        asyncio.run(check_store(settings))
        configure_logging(form=settings.logs)
        hangup.hear()
        with sandbox_for(configuration) if sandbox else nullcontext():
            if workers == 1:
                served(app, newest, hangup, host, port).run()
                return

            def serve(number: int, place: socket.socket, heard: Hangup) -> None:
                own = create_app(newest.now.configuration, settings)
                served(own, newest, heard, host, port, announces=number == 0).run([place])

            processes = WorkerProcesses(workers, host, port, serve)
            hangup.act(lambda: processes.pass_on() if newest.again() else None)
            processes.run()


@cli.command()
def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if a file is not up to date, or a promise broken.")
    ] = False,
    audience: Annotated[
        Audience | None,
        typer.Option(
            help="Write nothing; print the schema of these callers, as /schema.graphql gives it to them.",
            case_sensitive=False,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write what follows from the code: the schema, the matrix of who may read what, the manifest of documents."""
    if audience:
        typer.echo(schema_of(audience))
        return
    if check:
        up_to_date, broken = is_up_to_date(), breaks_promise()
        raise typer.Exit(0 if up_to_date and not broken else 1)
    write_generated()


@cli.command()
def promise() -> None:
    """Promise the schema of today: what breaks it from now on has to be named. For a release."""
    if breaks_promise():
        raise typer.Exit(1)
    promise_schema()


@agencies.command("list")
def list_agencies() -> None:
    """Say which agencies are configured, and which root fields each feeds. Asks nobody, needs no credentials."""
    with problems_told():
        configuration = read_configuration(Settings().agencies, CONNECTORS, None)
        show_agencies(configuration)


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
    environ = {**(stand_ins.environment() if sandbox else {}), **os.environ}
    with problems_told():
        configuration = chosen_from(read_all(CONNECTORS, environ).configuration, code)
        say_who_is_asked(configuration.agencies, even_so=yes)
        configure_logging(logging.CRITICAL)
        with sandbox_for(configuration, may_run=True) if sandbox else nullcontext():
            outcomes = asyncio.run(ask_agencies(configuration))
    show_outcomes(outcomes)
    raise typer.Exit(1 if any(each.problem for each in outcomes) else 0)


@cli.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a program.")] = False,
    within: Annotated[float, typer.Option(min=1, max=600, help="Seconds for all of it.")] = 20.0,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="A hub that runs on the sandbox.")] = False,
) -> None:
    """Look at all that a hub stands on, and say what to do where it does not hold. Fails (1) if something does not.

    Settings, files, store, Redis, identity provider, clock, certificates, and every agency with one question.
    """
    environ = {**(stand_ins.environment() if sandbox else {}), **os.environ}
    configure_logging(logging.CRITICAL)
    patient, read = rounds.received(CONNECTORS, environ, SystemClock(), _of_sandbox if sandbox else None)
    beside = sandbox_for(patient.configuration, may_run=True) if sandbox and patient.configuration else nullcontext()
    with problems_told(), beside:
        symptoms = asyncio.run(rounds.examine(patient, read, within))
    rounds.report(symptoms, as_json=as_json)
    raise typer.Exit(1 if rounds.any_failed(symptoms) else 0)


@city.command("new")
def new_city(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, outside the source.")],
    kind: Annotated[CityKind, typer.Option(help="What the city is by law.")],
    name: Annotated[str | None, typer.Option(help="Its full name, such as Kabupaten Contoh.")] = None,
    code: Annotated[str | None, typer.Option(help="Its Kemendagri code, such as 99.07.")] = None,
) -> None:
    """Write the folder of a city. A hub starts on it, and `city check` says what is left to fill in."""
    with problems_told():
        write_city(folder, NewCity.of(kind, name, code))


@city.command("check")
def check_city(
    folder: Annotated[Path | None, typer.Argument(help="Its folder.", show_default="SIMPUL_CITY")] = None,
) -> None:
    """Say every mistake in the files of a city, and what is left to fill in. Asks nobody, needs no credentials.

    Fails (2) where the hub would not start, and (1) where something is left.
    """
    with problems_told():
        configuration, left = checked_city(folder or Settings().city)
    show_city(configuration)
    for each in left:
        typer.echo(each, err=True)
    raise typer.Exit(1 if left else 0)


OfSandbox = Annotated[bool, typer.Option("--sandbox", help="The record of a hub that runs on the sandbox.")]


@record.command("head")
def record_head(sandbox: OfSandbox = False) -> None:
    """Print the number and the link of the newest entry; kept elsewhere, they show later that nothing was cut off."""
    with problems_told():
        typer.echo(str(asyncio.run(ask_record(_settings(sandbox=sandbox), lambda usages: usages.head()))))


@record.command("verify")
def verify_record(
    kept: Annotated[
        str | None,
        typer.Option("--kept", help="A head that was kept elsewhere, or a file of them.", show_default="SIMPUL_HEADS"),
    ] = None,
    sandbox: OfSandbox = False,
) -> None:
    """Follow the chain from its beginning. Fails (1) if an entry was changed, taken away or put in."""
    with problems_told():
        settings = _settings(sandbox=sandbox)
        heads, where = kept_heads(kept, settings)
        broken, head, ranges = asyncio.run(ask_record(settings, lambda usages: verified(usages, heads)))
    for problem in broken:
        typer.echo(str(problem), err=True)
    typer.echo(f"{head.sequence} entries, {len(broken)} broken; head {head}")
    if len(ranges) > 1:
        for each in ranges:
            typer.echo(f"entries {each.first} to {each.last} sealed under {each.seal}")
    if where:
        typer.echo(f"compared with {len(heads)} heads in {where}")
    raise typer.Exit(1 if broken else 0)


@record.command("incident")
def record_incident(  # noqa: PLR0917  each is an option
    since: Annotated[str, typer.Option(help="From this day or moment on: 2026-11-20, 2026-11-20T08:00.")],
    out: Annotated[Path, typer.Option(help="Where the report goes: a file that is not there yet, .md or .json.")],
    until: Annotated[str | None, typer.Option(help="Before this day or moment.", show_default="now")] = None,
    client: Annotated[str | None, typer.Option(help="Only who read so: app:…, agency:… or person:….")] = None,
    purpose: Annotated[str | None, typer.Option(help="Only what was read for this purpose.")] = None,
    people: Annotated[bool, typer.Option("--people", help="Tell people by their names in the record.")] = False,
    among: Annotated[
        Path | None, typer.Option(help="A file of numbers, one a line: which of these people are affected.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why people are told; it is put on record, and they can read it.")
    ] = None,
    language: Annotated[Literal["id", "en"], typer.Option(help="Of the report.")] = "id",
    sandbox: OfSandbox = False,
) -> None:
    """Write what was read, by whom, of how many people and since when, for the notice of an incident (UU 27/2022).

    The record is verified first, and the making of the report is an entry of it. Fails (1) if the record is not whole.
    """
    order = IncidentOrder(out, since, until, client, purpose, people, among, reason, language)
    with problems_told():
        broken = reported(_settings(sandbox=sandbox), order, SystemClock())
    typer.echo(f"wrote {out}")
    if broken:
        typer.echo("The record is not whole; run record verify", err=True)
    raise typer.Exit(1 if broken else 0)


@store.command("backup")
def backup_store(
    out: Annotated[Path, typer.Option(help="The file, which is not there yet.")], sandbox: OfSandbox = False
) -> None:
    """Write the whole store into a file while hubs run: a copy of SQLite, or an archive of pg_dump."""
    with problems_told():
        settings = _settings(sandbox=sandbox)
        head = asyncio.run(head_before(settings))
        make_backup(settings, out)
    typer.echo(f"wrote {out}, {out.stat().st_size / 1e6:.1f} MB")
    if head:
        typer.echo(f"head {head}")


@keys.command("list")
def list_keys(sandbox: OfSandbox = False) -> None:
    """Say which secrets are configured, by their ids, and what each is for."""
    with problems_told():
        show_keys(_settings(sandbox=sandbox))


@keys.command("renew")
def renew_keys(sandbox: OfSandbox = False) -> None:
    """Seal anew what waits under an older secret. Hubs go on meanwhile; stopped, it can be run again.

    Fails (1) if something cannot be read under any secret that is configured.
    """
    with problems_told():
        found = asyncio.run(renew(_settings(sandbox=sandbox)))
    show_renewed(found)
    raise typer.Exit(1 if found.unreadable else 0)


def _settings(*, sandbox: bool) -> Settings:
    """From the environment."""
    return _of_sandbox(Settings()) if sandbox else Settings()


def _of_sandbox(settings: Settings) -> Settings:
    """Beside the sandbox, whose people do not exist, the identity secret may be missing."""
    if settings.identity_secret is None:
        return settings.model_copy(update={"identity_secret": SecretStr(credentials.IDENTITY_SECRET)})
    return settings


if __name__ == "__main__":
    gc.freeze()
    gc.enable()
    cli()
