"""Property tax: PBB-P2 (Pajak dan Retribusi)."""

from datetime import date

from auth.policies import agreement, owner, personal, public, scope
from connectors.tax.records import Nop
from resolvers.tax import objects
from resolvers.tax.policies import TAXPAYER
from resolvers.tax.rules import BillStatus
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import Rupiah
from schema.regions.regions import KecamatanType, KelurahanType

enum(
    BillStatus,
    "TaxBillStatus",
    "What a bill and its payments amount to (status pembayaran).",
    {
        "PAID": "Paid (lunas).",
        "UNPAID": "Nothing is paid (belum bayar).",
        "PARTIAL": "Paid in part (bayar sebagian).",
        "PAID_UNCONFIRMED": "Payments cover it, the bill does not say so yet (belum dikonfirmasi).",
        "CANCELLED": "Cancelled or replaced (dibatalkan).",
        "UNKNOWN": "The tax office says something that the hub does not know; it is not taken for paid.",
    },
)
enum(
    objects.PenaltyBasis,
    "TaxPenaltyBasis",
    "Who says what a penalty amounts to (dasar denda).",
    {
        "SOURCE": "The tax office.",
        "ESTIMATE": "The hub, by the rates that the city has configured; the tax office decides.",
    },
)


@object_type(public, "A penalty for paying late (denda).")
class TaxPenaltyType:
    amount: Rupiah = field("How much it is.")
    waived: Rupiah = field("What an amnesty (pemutihan) takes off it today; the amount is without it.")
    basis: objects.PenaltyBasis = field("Who says so.")


@object_type(public, "A payment on a bill (pembayaran).")
class TaxPaymentType:
    sequence: int = field("Which payment on this bill it is (pembayaran ke).")
    principal: Rupiah = field("What was paid on the bill itself (pokok).")
    penalty: Rupiah = field("What was paid as penalty (denda).")
    paid_on: date | None = field("When it was paid.")


@object_type(public, "The bill of one object for one year (SPPT).")
@node_of(objects.TaxBill)
class TaxBillType(NodeType):
    year: int = field("The tax year (tahun pajak).")
    amount: Rupiah = field("What is to be paid, penalty left out (PBB yang harus dibayar).")
    paid: Rupiah = field("What is paid of it, penalty left out.")
    outstanding: Rupiah = field("What is still to be paid of it; 0 where it is cancelled or its status unknown.")
    status: BillStatus = field("What the bill and its payments amount to.")
    contradicted: bool = field("Whether the bill and its payments contradict each other; the tax office can mend it.")
    due_on: date | None = field("The last day to pay without penalty (jatuh tempo).")
    penalty: TaxPenaltyType | None = field(
        "The penalty (denda): for what is still owed an estimate, for what was paid what the tax office took."
    )
    payments: ConnectionType[TaxPaymentType] = field(
        "The payments, in order; reversed ones are none.", resolver=objects.payments
    )
    source: SourceType = field("The tax office's system, and how old its answer is.")


@object_type(public, "What is owed on bills past their due day (tunggakan).")
class TaxArrearsType:
    bills: int = field("On how many bills it is owed.")
    principal: Rupiah = field("What is owed on the bills themselves (pokok).")
    penalty: TaxPenaltyType = field("What is owed as penalty (denda).")
    total: Rupiah = field("Principal and penalty together.")
    reckoned_on: date = field("For which day the penalty is reckoned.")


@object_type(public, "A taxed object: land and what stands on it (objek pajak PBB-P2).")
@node_of(objects.TaxObject)
class TaxObjectType(NodeType):
    nop: Nop = field("Its number (NOP), such as `36.75-010.999-002.0001-0`.")
    owner_name: str | None = field(
        "Its taxpayer (wajib pajak), masked: the first letter of each word.",
        resolver=objects.owner_name,
        policy=personal(
            public,
            TAXPAYER,
            (owner, scope(TAXPAYER)),
            (agreement, scope(TAXPAYER)),
            mask=objects.masked_owner_name,
        ),
    )
    street: str | None = field("Its street (jalan).")
    block: str | None = field("Its block and number (blok/kav/no).")
    rt: str | None = field("Its neighbourhood unit (RT).")
    rw: str | None = field("Its community unit (RW).")
    kelurahan: KelurahanType | None = field("The kelurahan that the tax office names.", resolver=objects.kelurahan)
    kecamatan: KecamatanType | None = field("The kecamatan that the tax office names.", resolver=objects.kecamatan)
    land_area: int | None = field("Area of the land in m² (luas bumi).")
    building_area: int | None = field("Area of the building in m² (luas bangunan).")
    assessed_value: Rupiah | None = field("Its assessed value (NJOP).")
    as_of_year: int = field("The tax year whose bill says all this.")
    bills: ConnectionType[TaxBillType] | None = field(
        "Its bills, newest first, as far back as the city looks; null with a coded error where the tax office does not "
        "answer. A year without a bill is not listed: that says nothing of a debt.",
        resolver=objects.bills,
        arguments={"status": "Only bills with one of these statuses."},
    )
    arrears: TaxArrearsType | None = field("What is owed on bills past their due day.", resolver=objects.arrears)
    source: SourceType = field("The tax office's system, and how old its answer is.")


@object_type(public)
class TaxQuery:
    tax_object: TaxObjectType | None = field(
        "A taxed object (objek pajak) by its number; null if the tax office has no bill for it.",
        resolver=objects.tax_object,
        arguments={"nop": "Its number (NOP), such as `36.75-010.999-002.0001-0`."},
    )
