"""What `keys list` and `keys renew` say of the secrets, by their ids, and never of what they are."""

from collections.abc import Iterator

import typer

from auth.keyring import Keyring, id_of
from engine.commands.output import show, table_of
from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings
from engine.opening import open_cover, open_database
from store.complaints.sealing import Resealed, reseal_letters
from store.kit.database import StoreBroken


def show_keys(settings: Settings) -> None:
    """Each secret by its setting, its id, and what it is for."""
    table = table_of("setting", "id", "use")
    for name, ring in (("SIMPUL_SECRET", settings.keyring()), ("SIMPUL_IDENTITY_SECRET", settings.identity_keyring())):
        for secret, use in _uses(ring) if ring else ():
            table.add_row(name, id_of(secret), use)
    show(table)


def _uses(ring: Keyring) -> Iterator[tuple[bytes, str]]:
    if ring.next:
        yield ring.next, "read; the next one to write"
    yield ring.secret, "written and read"
    yield from ((each, "read") for each in ring.before)


async def renew(settings: Settings) -> Resealed:
    """Seal anew what waits in the store; raises `ConfigurationError` if the store does not answer."""
    database = open_database(settings)
    try:
        return await reseal_letters(database, open_cover(settings))
    except StoreBroken as error:
        raise ConfigurationError([f"SIMPUL_STORE_URL: {error}"]) from None
    finally:
        await database.aclose()


def show_renewed(found: Resealed) -> None:
    """How much there was to do."""
    typer.echo(f"{found.letters} letters wait; {found.renewed} sealed anew, {found.unreadable} unreadable")
