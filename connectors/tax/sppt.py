"""Rows of SISMIOP's tables SPPT and PEMBAYARAN_SPPT, which more than one service passes on unchanged.

Source: the public code of openSIPKD and of two SISMIOP clients. Texts are padded to the width of their column, and the
type of a column differs between databases. A payment includes its penalty, and a reversed payment stays as a row of
zeros. Amounts and areas are doubles in some databases and may have a fraction, such as a shared area or a computed
penalty. The penalty is NULL if none was due.
"""

import re
from decimal import Decimal

from connectors.kit import values
from connectors.kit.findings import Findings
from connectors.kit.rows import Row
from connectors.kit.values import BadRow
from connectors.tax.records import Bill, Flag, Nop, Payment, Property, Taxpayer

FLAGS = {"0": Flag.UNPAID, "1": Flag.PAID, "2": Flag.CANCELLED, "3": Flag.CANCELLED}

NOBODYS = Nop("0" * 18)
"""The number of no parcel: no province has the code 00."""

NOP_PARTS = "kd_propinsi kd_dati2 kd_kecamatan kd_kelurahan kd_blok no_urut kd_jns_op".split()


def to_bill(row: Row, findings: Findings) -> Bill:
    """A row of SPPT with the address of its object, if there is one."""
    status = row.text("status_pembayaran_sppt")
    if status not in FLAGS:
        findings.note("status_pembayaran_sppt: a status that is not known")
    return Bill(
        year=row.integer("thn_pajak_sppt"),
        amount=rupiah(row, "pbb_yg_harus_dibayar_sppt"),
        due_on=row.optional_day("tgl_jatuh_tempo_sppt"),
        flag=FLAGS.get(status, Flag.UNKNOWN),
        property=Property(
            owner_name=mask_name(row.optional_text("nm_wp_sppt")),
            street=row.optional_text("jalan_op"),
            block=row.optional_text("blok_kav_no_op"),
            rt=row.optional_text("rt_op"),
            rw=row.optional_text("rw_op"),
            kelurahan_name=row.optional_text("nm_kelurahan"),
            kecamatan_name=row.optional_text("nm_kecamatan"),
            land_area=_described(row, "luas_bumi_sppt", findings, most=values.INT),
            building_area=_described(row, "luas_bng_sppt", findings, most=values.INT),
            assessed_value=_described(row, "njop_sppt", findings, most=values.AMOUNT),
        ),
    )


def to_taxpayer(row: Row) -> Taxpayer | None:
    """The taxpayer of a row of SPPT. The other columns are not read."""
    name, number = row.optional_text("nm_wp_sppt"), resident(row.optional_text("npwp_sppt"))
    row.ignore_rest()
    return None if name is None else Taxpayer(name=name, number=number)


def to_payment(row: Row) -> Payment:
    """A row of PEMBAYARAN_SPPT, reversed or not."""
    total, penalty = reckoned(row, "jml_sppt_yg_dibayar"), reckoned(row, "denda_sppt", null=0)
    if penalty > total:
        raise BadRow("denda_sppt: more than the payment that includes it")
    return Payment(
        sequence=row.integer("pembayaran_sppt_ke"),
        principal=values.nearest(total - penalty),
        penalty=values.nearest(penalty),
        paid_on=row.optional_day("tgl_pembayaran_sppt"),
    )


def real_payments(payments: tuple[Payment, ...]) -> tuple[Payment, ...]:
    """The payments that were not reversed, in order."""
    real = (payment for payment in payments if payment.principal or payment.penalty)
    return tuple(sorted(real, key=lambda payment: payment.sequence))


def nop_of(row: Row) -> Nop:
    """The object of a row."""
    try:
        return Nop.parse("".join(row.text(part) for part in NOP_PARTS))
    except ValueError:
        raise BadRow("kd_propinsi … kd_jns_op: not the parts of a NOP") from None


def rupiah(row: Row, key: str) -> int:
    """An amount, which is never negative."""
    amount = row.amount(key)
    if amount < 0:
        raise BadRow(f"{key}: negative")
    return amount


def reckoned(row: Row, key: str, *, null: int | None = None) -> Decimal:
    """An amount that may have a fraction and is never negative. NULL means `null`, if that is given."""
    amount = row.optional_decimal(key, mandatory=True)
    if amount is None and null is not None:
        return Decimal(null)
    if amount is None or amount < 0:
        raise BadRow(f"{key}: {'empty' if amount is None else 'negative'}")
    return amount


def _described(row: Row, key: str, findings: Findings, *, most: int) -> int | None:
    """A number that describes the object, rounded. A wrong one is left out with a finding, and the bill is kept."""
    try:
        found = row.optional_decimal(key)
    except BadRow as bad:
        findings.note(f"left out: {bad}")
        return None
    if found is not None and not 0 <= found <= most:
        findings.note(f"left out: {key}: negative, or too large")
        return None
    return None if found is None else values.nearest(found)


def resident(number: str | None) -> str | None:
    """A number of 16 digits, in any spelling; None for anything else."""
    digits = re.sub(r"[\s.\-]", "", number or "")
    return digits if re.fullmatch(r"[0-9]{16}", digits) else None


def mask_name(name: str | None) -> str | None:
    """The first letter of each word, without its length: `J*** S***`."""
    if name is None:
        return None
    return " ".join(f"{word[0]}***" for word in name.split())
