"""Announcements: by administrators alone, checked, said once, and kept by whom."""

from datetime import timedelta

import pytest
import structlog

from auth.caller import Audience
from store.kit import recent
from tests.schema.documents import DOCUMENTS, MAINTENANCE, RECOVERY


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch):
    monkeypatch.setattr(recent, "KNOWN_FOR", 0.0)


@pytest.fixture
def do(hub, headers_of):
    """What a mutation gives, or its code."""

    async def run(name, variables, audience=Audience.ADMIN):
        answer = await hub.ask(DOCUMENTS[name].text, variables, **headers_of(audience))
        if "errors" in answer:
            (error,) = answer["errors"]
            return error["extensions"]["code"]
        (found,) = answer["data"].values()
        return found

    return run


@pytest.fixture
def standing(hub):
    async def listed(language="en", **variables):
        answer = await hub.ask(DOCUMENTS["announcements"].text, variables, accept_language=language)
        return [(each["kind"], each["agency"], each["endsAt"], each["text"]) for each in answer["data"]["announcements"]["nodes"]]  # fmt: skip

    return listed


async def test_the_same_is_said_once_and_withdrawn_once(do, standing, clock):
    made = await do("announce-maintenance", MAINTENANCE)
    again = await do("announce-maintenance", MAINTENANCE)
    assert again == made
    other_text = await do("announce-maintenance", MAINTENANCE | {"english": "Other words"})
    assert (other_text["code"], other_text["text"]) == (made["code"], "Pemeliharaan basis data")
    assert await standing() == [("MAINTENANCE", "bapenda", "2026-11-23T21:00:00+00:00", "Other words")]
    first = await do("announce-recovery", RECOVERY)
    later = await do("announce-recovery", RECOVERY | {"at": "2026-11-23T16:00:00+07:00"})
    assert (later["code"], later["endsAt"]) == (first["code"], "2026-11-23T09:00:00+00:00")
    assert await standing("id", agency="bapenda") == [
        ("RECOVERY", "bapenda", "2026-11-23T09:00:00+00:00", "Listrik padam"),
        ("MAINTENANCE", "bapenda", "2026-11-23T21:00:00+00:00", "Pemeliharaan basis data"),
    ]
    assert await standing(agency="sp2kp") == []
    withdrawn = await do("withdraw-announcement", {"code": made["code"]})
    clock.advance(timedelta(minutes=1))
    assert await do("withdraw-announcement", {"code": made["code"]}) == withdrawn
    moved = {name: value for name, value in MAINTENANCE.items() if name != "agency"} | {"code": made["code"]}
    assert await do("change-maintenance", moved) == "NOT_FOUND"
    assert (await do("announce-maintenance", MAINTENANCE))["code"] != made["code"]  # another announcement
    clock.advance(timedelta(hours=4))
    assert [kind for kind, *_ in await standing()] == ["MAINTENANCE"]  # the recovery is over
    assert (await do("announce-recovery", RECOVERY | {"at": "2026-11-23T18:00:00+07:00"}))["code"] != first["code"]


REFUSED = [
    ("announce-maintenance", MAINTENANCE | {"agency": "none"}, "BAD_USER_INPUT"),
    ("announce-maintenance", MAINTENANCE | {"endsAt": MAINTENANCE["startsAt"]}, "BAD_USER_INPUT"),
    ("announce-maintenance", MAINTENANCE | {"endsAt": "2026-12-26T00:00:00+07:00"}, "BAD_USER_INPUT"),
    ("announce-maintenance", MAINTENANCE | {"endsAt": "2026-11-23T12:00:00+07:00"}, "BAD_USER_INPUT"),
    ("announce-maintenance", MAINTENANCE | {"endsAt": "2028-11-23T12:00:00+07:00"}, "BAD_USER_INPUT"),
    ("announce-maintenance", MAINTENANCE | {"endsAt": "2026-11-24T04:00:00"}, "BAD_USER_INPUT"),
    ("announce-maintenance", MAINTENANCE | {"indonesian": "  "}, "BAD_USER_INPUT"),
    ("announce-maintenance", MAINTENANCE | {"english": "two\nlines"}, "BAD_USER_INPUT"),
    ("announce-maintenance", MAINTENANCE | {"english": "x" * 201}, "BAD_USER_INPUT"),
    ("announce-recovery", RECOVERY | {"at": "2026-11-23T12:00:00+07:00"}, "BAD_USER_INPUT"),
    ("announce-recovery", RECOVERY | {"agency": ""}, "BAD_USER_INPUT"),
    ("withdraw-announcement", {"code": "none"}, "NOT_FOUND"),
]


async def test_what_is_no_announcement_is_refused_with_a_code(do, standing):
    for name, given, code in REFUSED:
        assert await do(name, given) == code, (name, given)
    for audience in Audience:
        if audience is not Audience.ADMIN:
            assert await do("announce-maintenance", MAINTENANCE, audience) == "GRAPHQL_VALIDATION_FAILED"
    assert await standing() == []


async def test_who_announced_is_kept_under_the_name_of_the_audit_log(do, hub, headers_of):
    with structlog.testing.capture_logs() as logged:
        made = await do("announce-maintenance", MAINTENANCE)
        gone = await do("withdraw-announcement", {"code": made["code"]})
    assert [(each["what"], each["code"], each["by"]) for each in logged if each["event"] == "status.announcement"] == [
        ("announced", made["code"], made["madeBy"]),
        ("withdrawn", made["code"], made["madeBy"]),
    ]
    assert gone["changedBy"] == made["madeBy"]
    assert made["madeBy"] == "6f0c1a52-0000-4000-8000-000000000004"  # the identity provider's name, as in the record
    node = "query N($id: ID!) { node(id: $id) { ... on Announcement { code withdrawnAt madeBy } } }"
    hidden = await hub.ask(node, {"id": made["id"]})
    assert hidden["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    found = (await hub.ask(node, {"id": made["id"]}, **headers_of(Audience.ADMIN)))["data"]["node"]
    assert (found["code"], found["withdrawnAt"]) == (made["code"], gone["withdrawnAt"])
