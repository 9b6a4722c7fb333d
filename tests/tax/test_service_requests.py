"""Requests to the tax office, asked in GraphQL."""

import pytest

from sandbox.tax.sismiop import REQUESTS

QUERY = """query Request($of: TaxKind!, $number: String!) { taxServiceRequest(of: $of, number: $number) { number kind
  kindName status receivedOn promisedOn late finishedOn handedOverOn section objects finished source { agency state } } }"""


async def test_a_request_about_pbb_says_how_far_it_has_come_and_where_it_lies(hub):
    data = await hub.data(QUERY, {"of": "PBB", "number": "2026.0001.005"})
    assert data["taxServiceRequest"] == {
        "number": "20260001005",
        "kind": "TRANSFER",
        "kindName": "MUTASI OBJEK/SUBJEK",
        "status": "IN_PROGRESS",
        "receivedOn": "2026-11-03",
        "promisedOn": "2026-11-26",
        "late": False,
        "finishedOn": None,
        "handedOverOn": None,
        "section": "SEKSI PENDATAAN DAN PENILAIAN",
        "objects": 3,
        "finished": 2,
        "source": {"agency": "bapenda-sismiop", "state": "LIVE"},
    }


async def test_a_request_about_bphtb_is_another_offices(hub):
    data = await hub.data(QUERY, {"of": "BPHTB", "number": "2026.01.000102"})
    assert data["taxServiceRequest"] == {
        "number": "2026.000102.1",
        "kind": "EXAMINATION",
        "kindName": None,
        "status": "IN_PROGRESS",
        "receivedOn": "2026-11-11",
        "promisedOn": "2026-11-21",
        "late": True,
        "finishedOn": None,
        "handedOverOn": None,
        "section": None,
        "objects": 2,
        "finished": 1,
        "source": {"agency": "bapenda-bphtb", "state": "LIVE"},
    }


@pytest.mark.parametrize(
    ("story", "kind", "status", "late", "finished_on", "handed_over_on"),
    [
        ("in progress", "NEW_OBJECT", "IN_PROGRESS", False, None, None),
        ("late", "REDUCTION", "IN_PROGRESS", True, None, None),
        ("finished", "TRANSFER", "FINISHED", False, "2026-11-20", None),
        ("handed over", "TRANSFER", "HANDED_OVER", False, "2026-11-20", "2026-11-22"),
        ("of a kind that is not known", "OTHER", "IN_PROGRESS", False, None, None),
        ("of a status that is not known", "NEW_OBJECT", "UNKNOWN", False, None, None),
    ],
)
async def test_each_story(hub, story, kind, status, late, finished_on, handed_over_on):
    found = (await hub.data(QUERY, {"of": "PBB", "number": REQUESTS[story][0]}))["taxServiceRequest"]
    assert (found["kind"], found["status"], found["late"]) == (kind, status, late)
    assert (found["finishedOn"], found["handedOverOn"]) == (finished_on, handed_over_on)


async def test_a_number_that_is_not_there_is_null_and_one_that_is_none_is_refused(hub):
    assert await hub.data(QUERY, {"of": "PBB", "number": "2026.9999.999"}) == {"taxServiceRequest": None}
    answer = await hub.ask(QUERY, {"of": "PBB", "number": "2026.01.000102"})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "000102" not in str(answer["errors"])
