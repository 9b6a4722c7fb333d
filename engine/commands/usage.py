"""What `usage` and `schema --check` say of who uses a field: read from the store of a hub, if one is configured."""

import asyncio
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
)

from engine.commands import generated
from engine.commands.output import show, table_of
from engine.configuration.did_you_mean import did_you_mean
from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings
from engine.opening import open_database
from schema.compatibility import Break, breaks
from schema.root import build, deprecations
from store.kit.database import StoreBroken
from store.platform.usage_reading import FieldUse, UsageReading

DAYS = 90
"""So many days a break is weighed by."""
NO_KEY = "(no key)"
"""Stands for all who ask without a key."""


class NoStore(Exception):
    """Nothing can be read of any use; the text says why."""


def uses_of(
    settings: Settings, coordinates: Collection[str] | None, days: int, app: str | None = None
) -> list[FieldUse]:
    """How each app used these fields, or all, in these days; raises `NoStore`."""
    url = settings.store_url.get_secret_value()
    file = Path(url.partition(":///")[2]) if url.startswith("sqlite:") else None
    if file is not None and not file.exists():
        raise NoStore("no store is configured here (SIMPUL_STORE_URL)")
    try:
        return asyncio.run(_read(settings, coordinates, days, app))
    except StoreBroken as error:
        raise NoStore(f"the store cannot be read: {error}") from None


def weigh_breaks(settings: Settings) -> None:
    """Say of each change that breaks the released schema, named in the changelog or not, who would notice it."""
    released = generated.RELEASED.read_text(encoding="utf-8")
    found = {each.coordinate: each for each in breaks(released, build().as_str())}
    if not found:
        return
    old = build_schema(released)
    needed = {at: frozenset(used_with(old, at)) for at in found}
    try:
        uses = uses_of(settings, frozenset().union(*needed.values()), DAYS)
    except NoStore as why:
        typer.echo(f"{len(found)} changes break the released schema. Nobody can say who uses them: {why}.")
        return
    for each in found.values():
        typer.echo(weighed(each, [use for use in uses if use.coordinate in needed[each.coordinate]]))


def weighed(change: Break, uses: Collection[FieldUse]) -> str:
    """Who uses what a change breaks, in one line."""
    apps: dict[str, list[FieldUse]] = {}
    for use in uses:
        apps.setdefault(use.app or NO_KEY, []).append(use)
    if not apps:
        return f"`{change.coordinate}`: nobody has used it in the last {DAYS} days."
    said = (
        f"{app} {max(use.count for use in found)} times, last on {max(use.last_on for use in found)}"
        for app, found in sorted(apps.items())
    )
    return f"`{change.coordinate}`: in the last {DAYS} days it was used by {'; '.join(said)}."


def used_with(schema: GraphQLSchema, coordinate: str) -> Iterator[str]:
    """The fields and arguments by whose use it is known that what has this coordinate is used.

    A type is used with its fields. A value of an enum, or a field of an input, is used wherever its type is.
    """
    yield coordinate
    name = coordinate.partition(".")[0]
    of = schema.type_map.get(name)
    if isinstance(of, GraphQLObjectType | GraphQLInterfaceType):
        if coordinate == name:
            yield from (f"{name}.{field}" for field in of.fields)
        return
    for type_name, each in schema.type_map.items():
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in each.fields.items():
                if get_named_type(field.type).name == name:
                    yield f"{type_name}.{field_name}"
                for argument, given in field.args.items():
                    if get_named_type(given.type).name == name:
                        yield f"{type_name}.{field_name}({argument}:)"


def show_uses(settings: Settings, coordinate: str | None, *, app: str | None, days: int, deprecated: bool) -> None:
    """A table of who uses a field, or all fields; raises `ConfigurationError`."""
    given_up = deprecations()
    wanted: set[str] | None = {*given_up} if deprecated else None
    if coordinate is not None:
        known = dict.fromkeys(coordinates_of(build()._schema))  # noqa: SLF001  graphql-core's
        if coordinate not in known:
            raise ConfigurationError([f"{coordinate}: no field of the schema{did_you_mean(coordinate, known)}"])
        wanted = {coordinate} if wanted is None else wanted & {coordinate}
    try:
        uses = uses_of(settings, wanted, days, app)
    except NoStore as why:
        raise ConfigurationError([str(why)]) from None
    table = table_of("field", "app", "operations", "last on", "works until")
    for use in sorted(uses, key=lambda each: (-each.count, each.coordinate, each.app)):
        until = given_up[use.coordinate].until if use.coordinate in given_up else "-"
        table.add_row(use.coordinate, use.app or NO_KEY, str(use.count), str(use.last_on), str(until))
    show(table)
    typer.echo(f"{len(uses)} uses in the last {days} days", err=True)


def coordinates_of(schema: GraphQLSchema) -> Iterator[str]:
    """All fields of the schema and their arguments."""
    for name, of in schema.type_map.items():
        if isinstance(of, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            for field_name, field in of.fields.items():
                yield f"{name}.{field_name}"
                yield from (f"{name}.{field_name}({argument}:)" for argument in field.args)


async def _read(settings: Settings, coordinates: Collection[str] | None, days: int, app: str | None) -> list[FieldUse]:
    database = open_database(settings)
    try:
        since = datetime.now(UTC) - timedelta(days=days - 1)
        return await UsageReading(database).fields(since, app=app, coordinates=coordinates)
    finally:
        await database.aclose()
