"""A secret takes the place of another, and nothing is lost that was written under it."""

import asyncio
import sqlite3
from datetime import timedelta

from typer.testing import CliRunner

from auth.api_key import ApiKey
from auth.audit_entry import Reader
from auth.caller import Audience
from auth.cover import Cover
from auth.keyed_hasher import KeyedHasher
from auth.keyring import Keyring, id_of
from auth.subject import nik, sub
from server import cli
from store.audit.audit_log import AuditLog
from store.complaints.outbox import Outbox, opened, sealed
from store.complaints.sealing import Resealed, reseal_letters
from store.platform.api_keys import ApiKeys
from tests.auth.test_record import NIK, usage
from tests.clock import NOON
from tests.complaints.letters import letter
from tests.complaints.test_outbox import SINCE, kept
from tests.conftest import listening
from tests.store.test_audit_log import tamper
from tests.store.test_snapshots import Hub as Process

FIRST, SECOND, THIRD = (f"{name} secret of tests, and of tests alone" for name in ("first", "second", "third"))
OLD, NEXT, NEW, ONLY_NEW = (
    Keyring(FIRST.encode()),
    Keyring(FIRST.encode(), (), SECOND.encode()),
    Keyring(SECOND.encode(), (FIRST.encode(),)),
    Keyring(SECOND.encode()),
)
PERSON = (nik("9907014001900001"), sub("somebody"))
READER = Reader(
    audience=Audience.CITIZEN, person="x", agency=None, app=None, purpose=None, case=None, operation=None, digest=None
)


def settings_of(ring):
    lines = "\n".join(each.decode() for each in ring.before)
    return {
        "identity_secret": ring.secret.decode(),
        "identity_secret_next": ring.next.decode() if ring.next else None,
        "identity_secrets_before": lines or None,
    }


async def test_a_person_finds_all_that_was_read_whichever_secret_it_was_written_under(
    configuration, clock, store_url, headers_of
):
    """Two hubs on one store, as they are while one after the other is restarted."""
    citizen = headers_of(Audience.CITIZEN)
    counts = []
    for ring in (OLD, NEXT, NEW, OLD._replace(next=SECOND.encode())):
        async with listening(configuration, clock, store_url=store_url, **settings_of(ring)) as hub:
            answer = await hub.ask(NIK, **citizen)
            assert answer["data"]["me"]["nik"] == "9907014001900001"
            found = await usage(hub, citizen)
            counts.append(found["totalCount"])
            assert all(each["byOneself"] for each in found["nodes"])
    assert counts == [1, 3, 5, 7]
    async with listening(configuration, clock, store_url=store_url, **settings_of(ONLY_NEW)) as hub:
        assert (await usage(hub, citizen))["totalCount"] == 2  # without the older secret what it named is not found
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT count(DISTINCT subject) FROM usages").fetchone() == (2,)

    environ = {"SIMPUL_STORE_URL": store_url, "SIMPUL_HEADS": "", "SIMPUL_IDENTITY_SECRET": SECOND}
    ended = await asyncio.to_thread(
        CliRunner().invoke, cli, ["record", "verify"], env={**environ, "SIMPUL_IDENTITY_SECRETS_BEFORE": FIRST}
    )
    assert ended.exit_code == 0, ended.output
    old, new = id_of(FIRST.encode()), id_of(SECOND.encode())
    assert [line for line in ended.stdout.splitlines() if "sealed" in line] == [
        f"entries 1 to 4 sealed under {old}",
        f"entries 5 to 6 sealed under {new}",
        f"entries 7 to 8 sealed under {old}",
        f"entries 9 to 9 sealed under {new}",
    ]
    ended = await asyncio.to_thread(CliRunner().invoke, cli, ["record", "verify"], env=environ)
    assert ended.exit_code == 1


async def test_a_secret_that_was_replaced_seals_nothing_a_day_later(database):
    """Whoever has the older secret, and the rights on the database, can add nothing that passes for an entry."""
    for ring, at in ((OLD, NOON), (NEW, NOON), (OLD, NOON + timedelta(hours=23)), (OLD, NOON + timedelta(hours=25))):
        await AuditLog(database, KeyedHasher(ring)).append({"a" * 32: ["NIK"]}, READER, at)
    found = [str(each) async for each in AuditLog(database, KeyedHasher(NEW)).broken()]
    assert found == ["entry 4: it is sealed under a secret that was replaced more than a day before"]
    assert [each async for each in AuditLog(database, KeyedHasher(OLD._replace(next=SECOND.encode()))).broken()] == [
        each async for each in AuditLog(database, KeyedHasher(NEW)).broken()
    ]


async def test_a_changed_entry_is_found_at_the_change_of_secrets(database):
    for ring in (OLD, OLD, NEW, NEW):
        await AuditLog(database, KeyedHasher(ring)).append({"a" * 32: ["NIK"]}, READER, NOON)

    await tamper(database, "UPDATE usages SET subject = 'b' WHERE sequence = 3")
    found = [str(each) async for each in AuditLog(database, KeyedHasher(NEW)).broken()]
    assert found == ["entry 3: its columns are not what its body says"]


async def test_keys_of_apps_ids_pseudonyms_and_what_was_archived_outlive_their_secret(database, clock):
    key = ApiKey(
        code="k", app="app", label="x", scopes=(), quota=None, origins=(), created_at=NOON, created_by="x",
        expires_at=NOON + timedelta(days=1),
    )  # fmt: skip
    made = await ApiKeys(database, KeyedHasher(OLD), clock).make(key)
    covered = Cover(OLD).put("TaxObject", "code")
    for ring, reads in ((NEXT, True), (NEW, True), (ONLY_NEW, False)):
        found = await ApiKeys(database, KeyedHasher(ring), clock).find(made)
        assert (found is not None) is reads
        assert (Cover(ring).lifted("TaxObject", covered) == "code") is reads
        same = KeyedHasher(ring).pseudonym("app", "somebody") == KeyedHasher(OLD).pseudonym("app", "somebody")
        assert same is reads
        assert ({*KeyedHasher(ring).subjects(PERSON)} > {*KeyedHasher(OLD).subjects(PERSON)}) is reads
    assert Cover(NEXT).put("TaxObject", "code") == covered != Cover(NEW).put("TaxObject", "code")
    assert Cover(NEXT).lifted("TaxObject", Cover(NEW).put("TaxObject", "code")) == "code"
    third = Keyring(THIRD.encode(), (SECOND.encode(), FIRST.encode()))
    assert KeyedHasher(third).pseudonym("app", "x") == KeyedHasher(OLD).pseudonym("app", "x")

    answers = []
    for ring in (OLD, NEW, ONLY_NEW):
        process = Process(database, secret=ring)
        await process.snapshots.open()
        asked = process.asked("an argument")
        if ring is OLD:
            await process.cache.get(asked.read)
            assert await process.snapshots.flush()
        answers.append(await process.snapshots.find(asked.read) is not None)
        await process.aclose()
    assert answers == [True, True, False]


async def test_letters_that_wait_are_sealed_anew_once_and_none_is_lost(database):
    outbox = Outbox(database)
    for number in range(250):
        key = f"k-{number:03}"
        await outbox.add(kept(key, owner=f"o-{number}"), sealed(Cover(OLD), letter(key=key)), SINCE, 10)
    assert await reseal_letters(database, Cover(NEW)) == Resealed(250, 250, 0)
    assert await reseal_letters(database, Cover(NEW)) == Resealed(250, 0, 0)
    assert await outbox.letter("k-249", Cover(ONLY_NEW)) == letter(key="k-249")
    assert await reseal_letters(database, Cover(Keyring(THIRD.encode()))) == Resealed(250, 0, 250)
    assert opened(Cover(OLD), "k-000", sealed(Cover(OLD), letter(key="k-000"))) == letter(key="k-000")


def test_the_command_names_secrets_by_their_ids_alone(tmp_path):
    environ = {
        "SIMPUL_SECRET": THIRD, "SIMPUL_IDENTITY_SECRET": SECOND, "SIMPUL_IDENTITY_SECRET_NEXT": THIRD,
        "SIMPUL_IDENTITY_SECRETS_BEFORE": f"file:{tmp_path}/before",
    }  # fmt: skip
    (tmp_path / "before").write_text(f"{FIRST}\n", encoding="utf-8")
    ended = CliRunner().invoke(cli, ["keys", "list"], env=environ)
    first, second, third = (id_of(each.encode()) for each in (FIRST, SECOND, THIRD))
    assert [line.strip().split(maxsplit=2) for line in ended.stdout.splitlines()[1:]] == [
        ["SIMPUL_SECRET", third, "written and read"],
        ["SIMPUL_IDENTITY_SECRET", third, "read; the next one to write"],
        ["SIMPUL_IDENTITY_SECRET", second, "written and read"],
        ["SIMPUL_IDENTITY_SECRET", first, "read"],
    ]
    assert not any(each in ended.output for each in (FIRST, SECOND, THIRD))
    (tmp_path / "before").write_text(f"{FIRST}\nshort\n", encoding="utf-8")
    ended = CliRunner().invoke(cli, ["keys", "list"], env=environ)
    assert (ended.exit_code, ended.stderr.count("\n")) == (2, 1)
    assert "SIMPUL_IDENTITY_SECRETS_BEFORE: Value error, expected a secret a line" in ended.stderr
