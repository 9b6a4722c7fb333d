"""BPHTB's database: the conformance suite, each quirk, and the deed as people may see it."""

import msgspec
import pytest

from auth.caller import Audience
from connectors.kit.errors import AgencyChanged
from connectors.tax.bphtb import Bphtb
from connectors.tax.papers import DeedFinding, DeedStage, DeedTax, numbered
from connectors.tax.requests import RequestStatus
from resolvers.tax.papers_rules import StepState, steps_of
from sandbox.tax.bphtb import BROUGHT, DEEDS, PRICE, TAX
from tests.playback import connect
from tests.sql_conformance import Opened, _recording, sql_conformance

TestConformance = sql_conformance(Bphtb)

DEED = """query Deed($number: String!) { bphtbDeed(number: $number) { number acquiredBy stage finding paid transactedOn
  dueOn ownerName nop steps { nodes { stage state reachedOn } } source { agency state } } }"""
WHOLE = """query Whole($number: String!) { bphtbDeed(number: $number) { name: ownerName(unmasked: true)
  nop(unmasked: true) amounts { value exempt rate tax reduction penalty paidBefore payable paid outstanding } } }"""
DECLARED = {"simpul_purpose": "pelayanan-pajak", "simpul_case": "LKT/2026-0042"}


def number(story):
    return f"2026.{DEEDS[story].number:06d}.{int(DEEDS[story].code):02d}"


@pytest.fixture
def keeper(agencies):
    (keeper,) = agencies.of(Bphtb)
    return keeper


@pytest.fixture
async def made(tmp_path):
    """The tables of a recording, with these columns set."""
    connectors = []

    async def make(read, **columns):
        played = _recording(Bphtb, read)
        deeds = played.tables["bphtb_sspd"]
        deeds.types = deeds.columns
        for row in deeds.rows:
            row.update(columns)
        opened = Opened(Bphtb, read, played, tmp_path / "agency.db")
        connectors.append(connect(Bphtb, played, f"sqlite+aiosqlite:///{opened.path}"))
        return connectors[-1]

    yield make
    for connector in connectors:
        await connector.aclose()


async def deed_of(keeper, story):
    return (await keeper.deed(numbered(number(story))).fetch()).records


@pytest.mark.parametrize(
    "typed", ["2026.000036.01", "2026.000036.1", "2026.01.000036", "2026.1.000036", "2026-000036-01", " 2026/000036/01"]
)
def test_a_number_is_read_however_it_is_printed(typed):
    assert numbered(typed) == "2026.000036.1"


@pytest.mark.parametrize(
    "typed", ["", "2026", "202600003601", "2026.36.1", "26.000036.01", "2026.000036.01.1", "2026.00003x.1"]
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match=r"like 2026\.000036\.01"):
        numbered(typed)


@pytest.mark.parametrize(
    ("story", "stage", "finding", "paid", "findings"),
    [
        ("a draft", DeedStage.DRAFT, DeedFinding.NOT_EXAMINED, False, 0),
        ("paid", DeedStage.PAYMENT, DeedFinding.NOT_EXAMINED, True, 0),
        ("of somebody without a NIK", DeedStage.APPROVAL, DeedFinding.NOT_EXAMINED, True, 0),
        ("being examined", DeedStage.EXAMINATION, DeedFinding.NOT_EXAMINED, True, 0),
        ("underpaid", DeedStage.UNDERPAID, DeedFinding.UNDERPAID, True, 0),
        ("overpaid", DeedStage.OVERPAID, DeedFinding.OVERPAID, True, 0),
        ("with the land office", DeedStage.LAND_OFFICE, DeedFinding.CORRECT, True, 0),
        ("done", DeedStage.DONE, DeedFinding.CORRECT, True, 0),
        ("of a stage that is not known", None, DeedFinding.UNKNOWN, True, 2),
        ("an assessment of what is missing", DeedStage.UNDERPAID, DeedFinding.UNDERPAID, False, 0),
        ("the same, paid", DeedStage.PAYMENT, DeedFinding.NOT_EXAMINED, True, 0),
        ("an assessment of what was too much", DeedStage.OVERPAID, DeedFinding.OVERPAID, True, 0),
        ("of nothing to pay", DeedStage.EXAMINATION, DeedFinding.NOT_EXAMINED, True, 0),
    ],
)
async def test_each_stage_and_what_was_found(keeper, story, stage, finding, paid, findings):
    found = await deed_of(keeper, story)
    assert (found.stage, found.finding, found.paid) == (stage, finding, paid)
    assert len(keeper.findings.counts) == findings


async def test_a_code_without_its_leading_zero_is_found_too(keeper):
    assert DEEDS["paid"].code == "1"
    assert (await deed_of(keeper, "paid")).stage is DeedStage.PAYMENT


async def test_a_payment_that_was_reversed_is_none(keeper):
    found = await deed_of(keeper, "reversed")
    assert (found.paid_on, found.paid) == (None, False)
    assert (await keeper.party(numbered(number("reversed"))).fetch()).records.paid == 0


async def test_what_was_paid_too_much_stands_below_nothing_and_is_nothing_to_pay(keeper):
    found = (await keeper.party(numbered(number("an assessment of what was too much"))).fetch()).records
    assert (found.tax, found.paid_before, found.payable, found.paid) == (TAX, 46_000_000, 0, 0)


async def test_only_an_assessment_of_what_was_too_much_may_stand_below_nothing(made):
    office = await made("party", bphtb_harus_dibayarkan=-5_000_000)
    with pytest.raises(AgencyChanged, match="bphtb_harus_dibayarkan: negative"):
        await office.party("2026.000036.1").fetch()


@pytest.mark.parametrize("column", ["pengurang", "denda", "bphtb_sudah_dibayarkan"])
async def test_what_is_null_beside_the_tax_is_nothing(made, column):
    whole = (await (await made("party")).party("2026.000036.1").fetch()).records
    office = await made("party", **{column: None})
    assert (await office.party("2026.000036.1").fetch()).records == whole
    assert office.findings.counts == {}


async def test_several_payments_add_up(keeper):
    assert (await keeper.party(numbered(number("overpaid"))).fetch()).records.paid == TAX + 1_000_000


@pytest.mark.parametrize(
    ("story", "status", "objects", "finished"),
    [
        ("both back", RequestStatus.HANDED_OVER, 2, 2),
        ("one of two back", RequestStatus.IN_PROGRESS, 2, 1),
        ("all there", RequestStatus.IN_PROGRESS, 3, 0),
    ],
)
async def test_papers_are_back_when_all_deeds_are(keeper, story, status, objects, finished):
    found = (await keeper.request(f"2026.{BROUGHT[story][0]:06d}.1").fetch()).records
    assert (found.status, found.objects, found.finished) == (status, objects, finished)


async def test_a_citizen_sees_the_steps_of_any_deed_and_nothing_of_whose_it_is(hub, headers_of):
    answer = await hub.ask(DEED, {"number": number("with the land office")}, **headers_of(Audience.CITIZEN))
    assert "errors" not in answer
    assert answer["data"]["bphtbDeed"] == {
        "number": "2026.000001.1",
        "acquiredBy": "Jual Beli",
        "stage": "LAND_OFFICE",
        "finding": "CORRECT",
        "paid": True,
        "transactedOn": "2026-10-24",
        "dueOn": "2026-11-24",
        "ownerName": "W*** P*** C*** 0***",
        "nop": "36.75-•••.•••-•••.0001-0",
        "steps": {
            "nodes": [
                {"stage": "DRAFT", "state": "DONE", "reachedOn": "2026-10-24"},
                {"stage": "PAYMENT", "state": "DONE", "reachedOn": "2026-10-29"},
                {"stage": "APPROVAL", "state": "DONE", "reachedOn": "2026-11-03"},
                {"stage": "EXAMINATION", "state": "DONE", "reachedOn": None},
                {"stage": "LAND_OFFICE", "state": "CURRENT", "reachedOn": "2026-11-17"},
                {"stage": "DONE", "state": "PENDING", "reachedOn": None},
            ]
        },
        "source": {"agency": "bapenda-bphtb", "state": "LIVE"},
    }


@pytest.mark.parametrize(
    ("story", "steps"),
    [
        (
            "a draft",
            "DRAFT:CURRENT PAYMENT:PENDING APPROVAL:PENDING EXAMINATION:PENDING LAND_OFFICE:PENDING DONE:PENDING",
        ),
        (
            "underpaid",
            "DRAFT:DONE PAYMENT:DONE APPROVAL:DONE EXAMINATION:DONE UNDERPAID:CURRENT LAND_OFFICE:PENDING DONE:PENDING",
        ),
        (
            "overpaid",
            "DRAFT:DONE PAYMENT:DONE APPROVAL:DONE EXAMINATION:DONE OVERPAID:CURRENT LAND_OFFICE:PENDING DONE:PENDING",
        ),
        ("done", "DRAFT:DONE PAYMENT:DONE APPROVAL:DONE EXAMINATION:DONE LAND_OFFICE:DONE DONE:DONE"),
        ("of a stage that is not known", ""),
        (
            "an assessment of what is missing",
            "UNDERPAID:CURRENT PAYMENT:PENDING APPROVAL:PENDING EXAMINATION:PENDING LAND_OFFICE:PENDING DONE:PENDING",
        ),
        (
            "the same, paid",
            "UNDERPAID:DONE PAYMENT:CURRENT APPROVAL:PENDING EXAMINATION:PENDING LAND_OFFICE:PENDING DONE:PENDING",
        ),
        (
            "an assessment of what was too much",
            "OVERPAID:CURRENT APPROVAL:PENDING EXAMINATION:PENDING LAND_OFFICE:PENDING DONE:PENDING",
        ),
        (
            "of nothing to pay",
            "DRAFT:DONE PAYMENT:DONE APPROVAL:DONE EXAMINATION:CURRENT LAND_OFFICE:PENDING DONE:PENDING",
        ),
    ],
)
async def test_the_steps_of_a_deed(hub, headers_of, story, steps):
    answer = await hub.ask(DEED, {"number": number(story)}, **headers_of(Audience.CITIZEN))
    nodes = answer["data"]["bphtbDeed"]["steps"]["nodes"]
    assert " ".join(f"{each['stage']}:{each['state']}" for each in nodes) == steps


@pytest.mark.parametrize("stage", [each for each in DeedStage if each is not DeedStage.DRAFT])
def test_what_is_not_paid_is_not_told_as_paid_at_any_stage(stage):
    deed = DeedTax(
        acquired_by=None, stage=stage, finding=DeedFinding.NOT_EXAMINED, paid=False, transacted_on=None, due_on=None,
        paid_on=None, approved_on=None, received_by_land_office_on=None, done_on=None, owner_name=None, nop="",
    )  # fmt: skip
    for decision in (None, DeedStage.UNDERPAID, DeedStage.OVERPAID):
        steps = {each.stage: each.state for each in steps_of(msgspec.structs.replace(deed, decision=decision))}
        assert steps.get(DeedStage.PAYMENT) is not StepState.DONE
        assert steps[stage] is (StepState.DONE if stage is DeedStage.DONE else StepState.CURRENT)


async def test_who_acquires_reads_it_whole_and_on_record(hub, headers_of):
    citizen = headers_of(Audience.CITIZEN)
    answer = await hub.ask(WHOLE, {"number": number("with the land office")}, **citizen)
    assert "errors" not in answer
    assert answer["data"]["bphtbDeed"] == {
        "name": "WAJIB PAJAK CONTOH 0001",
        "nop": "36.75-010.999-002.0001-0",
        "amounts": {
            "value": PRICE, "exempt": 80_000_000, "rate": 5.0, "tax": TAX, "reduction": 0, "penalty": 0,
            "paidBefore": 0, "payable": TAX, "paid": TAX, "outstanding": 0,
        },
    }  # fmt: skip
    usage = await hub.ask(
        "{ me { dataUsage { nodes { text categories operation } } } }", accept_language="en", **citizen
    )
    assert usage["data"]["me"]["dataUsage"]["nodes"][0] == {
        "text": "You yourself read your tax on an acquisition (BPHTB).",
        "categories": ["DEED"],
        "operation": "Whole",
    }


@pytest.mark.parametrize("story", ["paid", "of somebody without a NIK"])
async def test_nobody_else_does(hub, headers_of, story):
    answer = await hub.ask(WHOLE, {"number": number(story)}, **headers_of(Audience.CITIZEN))
    assert answer["data"]["bphtbDeed"] == {"name": None, "nop": None, "amounts": None}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    usage = await hub.ask("{ me { dataUsage { totalCount } } }", **headers_of(Audience.CITIZEN))
    assert usage["data"]["me"]["dataUsage"]["totalCount"] == 0


async def test_an_officer_does_by_an_agreement_with_a_case_and_not_without(hub, headers_of):
    asked = {"number": number("paid")}
    without = await hub.ask(WHOLE, asked, **headers_of(Audience.OFFICER))
    assert without["data"]["bphtbDeed"] == {"name": None, "nop": None, "amounts": None}
    given = await hub.ask(WHOLE, asked, **DECLARED, **headers_of(Audience.OFFICER))
    assert given["data"]["bphtbDeed"]["amounts"]["value"] == PRICE


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PARTNER])
async def test_who_has_not_signed_in_cannot_even_ask(hub, headers_of, audience):
    answer = await hub.ask(DEED, {"number": number("paid")}, **headers_of(audience))
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["GRAPHQL_VALIDATION_FAILED"] * len(
        answer["errors"]
    )
    assert "data" not in answer


async def test_a_deed_that_is_not_there_is_null_and_a_number_that_is_none_is_not_repeated(hub, headers_of):
    citizen = headers_of(Audience.CITIZEN)
    assert (await hub.ask(DEED, {"number": "2026.999999.01"}, **citizen))["data"] == {"bphtbDeed": None}
    answer = await hub.ask(DEED, {"number": "9907014001900001"}, accept_language="en", **citizen)
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error["message"] == "Expected a number like 2026.000036.01."


async def test_a_city_without_it_says_so(sandbox, tmp_path, clock, store_url, headers_of):
    from tests.conftest import configuration_for, listening  # noqa: PLC0415

    text = 'domain = "tax"\nconnector = "bphtb"'
    elsewhere = (text, text.replace("bphtb", "sismiop"))
    async with listening(configuration_for(sandbox, tmp_path, elsewhere), clock, store_url=store_url) as hub:
        answer = await hub.ask(DEED, {"number": number("paid")}, accept_language="en", **headers_of(Audience.CITIZEN))
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "NOT_CONFIGURED"}
    assert error["message"] == "This city has not connected an agency for the tax on acquisitions (BPHTB)."
