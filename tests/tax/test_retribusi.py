"""Bills of retributions: the conformance suite, each quirk, and what a bill amounts to."""

from datetime import date

import msgspec
import pytest
from sqlalchemy.dialects import mysql

from connectors.tax.papers import Retribution
from connectors.tax.retribusi import Retribusi, _bill
from resolvers.tax.papers_rules import RetributionStatus, retribution_status
from sandbox.tax.retribusi import BILLS
from tests.sql_conformance import sql_conformance

TestConformance = sql_conformance(Retribusi)

TODAY = date(2026, 11, 23)
BILL = Retribution(
    service=None, number=None, principal=100_000, penalty=0, total=100_000, paid=False, settled=False, issued_on=None,
    paid_on=None, expires_on=TODAY,
)  # fmt: skip
QUERY = """query Bill($code: String!) { retributionBill(billingCode: $code) { code service number principal penalty total status
  contradicted issuedOn paidOn expiresOn source { agency name state } } }"""


@pytest.mark.parametrize(
    ("paid", "settled", "expires_on", "status", "contradicted"),
    [
        (True, True, None, RetributionStatus.PAID, False),
        (True, False, None, RetributionStatus.PAID, True),
        (True, True, date(2026, 11, 1), RetributionStatus.PAID, False),
        (False, True, None, RetributionStatus.PAID_UNCONFIRMED, True),
        (False, False, None, RetributionStatus.UNPAID, False),
        (False, False, TODAY, RetributionStatus.UNPAID, False),
        (False, False, date(2026, 11, 22), RetributionStatus.EXPIRED, False),
        (None, True, None, RetributionStatus.UNKNOWN, False),
    ],
)
def test_the_status_table(paid, settled, expires_on, status, contradicted):
    bill = msgspec.structs.replace(BILL, paid=paid, settled=settled, expires_on=expires_on)
    assert retribution_status(bill, TODAY) == (status, contradicted)


async def test_a_bill_says_what_is_to_be_paid_and_until_when(hub):
    data = await hub.data(QUERY, {"code": "9936 0000 000003"})
    assert data["retributionBill"] == {
        "code": "99360000000003",
        "service": "Persetujuan Bangunan Gedung",
        "number": "SKRD/0003",
        "principal": 1_250_000,
        "penalty": 25_000,
        "total": 1_275_000,
        "status": "EXPIRED",
        "contradicted": False,
        "issuedOn": "2026-11-13",
        "paidOn": None,
        "expiresOn": "2026-11-22",
        "source": {"agency": "dpmptsp-retribusi", "name": "Retribusi DPMPTSP Contoh", "state": "LIVE"},
    }


@pytest.mark.parametrize(
    ("story", "status", "contradicted", "paid_on"),
    [
        ("unpaid", "UNPAID", False, None),
        ("paid", "PAID", False, "2026-11-20"),
        ("reversed", "UNPAID", False, None),
        ("marked and not called paid", "PAID", True, "2026-11-21"),
        ("called paid and not marked", "PAID_UNCONFIRMED", True, None),
        ("of a flag that is not known", "UNKNOWN", False, None),
        ("on its last day", "UNPAID", False, None),
        ("without an end", "UNPAID", False, None),
    ],
)
async def test_each_story_ends_in_its_status(hub, story, status, contradicted, paid_on):
    found = (await hub.data(QUERY, {"code": BILLS[story].code}))["retributionBill"]
    assert (found["status"], found["contradicted"], found["paidOn"]) == (status, contradicted, paid_on)


async def test_a_code_that_is_not_there_is_null(hub):
    assert await hub.data(QUERY, {"code": "99369999999999"}) == {"retributionBill": None}


@pytest.mark.parametrize("code", ["", "1234567", "999999999999999", "9936'; --", "36.71.01"])
async def test_what_is_no_code_is_refused(hub, code):
    answer = await hub.ask(QUERY, {"code": code})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


def test_mysql_would_take_the_statement():
    """The office keeps it there; the hub has no driver for it."""
    spelt = str(_bill("perizinan").compile(dialect=mysql.dialect()))
    assert "FROM perizinan.tmretribusi LEFT OUTER JOIN perizinan.tmpermohonan" in spelt
    assert "kode_bayar = %s" in spelt
