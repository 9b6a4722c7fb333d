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
    "The status of a bill with its payments (status pembayaran).",
    {
        "PAID": "Paid (lunas).",
        "UNPAID": "Nothing is paid (belum bayar).",
        "PARTIAL": "Paid in part (bayar sebagian).",
        "PAID_UNCONFIRMED": "Payments cover it, but the bill is not marked as paid yet (belum dikonfirmasi).",
        "CANCELLED": "Cancelled or replaced (dibatalkan).",
        "UNKNOWN": "The hub does not know the tax office's word. It does not count as paid.",
    },
)
enum(
    objects.PenaltyBasis,
    "TaxPenaltyBasis",
    "Where the amount of a penalty comes from (dasar denda).",
    {
        "SOURCE": "The tax office.",
        "ESTIMATE": "An estimate of the hub, by the rates that the city has configured. The tax office decides.",
    },
)


@object_type(public, "A penalty for paying late (denda).")
class TaxPenaltyType:
    amount: Rupiah = field("The amount, without the waived part.")
    waived: Rupiah = field("The part that an amnesty (pemutihan) waives today.")
    basis: objects.PenaltyBasis = field("Where the amount comes from.")


@object_type(public, "A payment on a bill (pembayaran).")
class TaxPaymentType:
    sequence: int = field("The number of the payment on this bill (pembayaran ke).")
    principal: Rupiah = field("The amount that was paid on the bill itself (pokok).")
    penalty: Rupiah = field("The amount that was paid as penalty (denda).")
    paid_on: date | None = field("When it was paid.")


@object_type(public, "The bill of one object for one year (SPPT).")
@node_of(objects.TaxBill)
class TaxBillType(NodeType):
    year: int = field("The tax year (tahun pajak).")
    amount: Rupiah = field("The amount to pay, without penalty (PBB yang harus dibayar).")
    paid: Rupiah = field("The amount that was paid, without penalty.")
    outstanding: Rupiah = field(
        "The amount still to pay, without penalty; 0 if the bill is cancelled or its status is unknown."
    )
    status: BillStatus = field("The status of the bill with its payments.")
    contradicted: bool = field(
        "Whether the bill and its payments contradict each other. The tax office can correct it."
    )
    due_on: date | None = field("The last day to pay without penalty (jatuh tempo).")
    penalty: TaxPenaltyType | None = field(
        "The penalty (denda): an estimate if something is owed, otherwise the penalty that was paid."
    )
    payments: ConnectionType[TaxPaymentType] = field(
        "The payments, in order. Reversed payments are left out.", resolver=objects.payments, weight=10
    )
    source: SourceType = field("The tax office's system, and the age of its answer.")


@object_type(public, "What is owed on bills after their due day (tunggakan).")
class TaxArrearsType:
    bills: int = field("The number of bills with arrears.")
    principal: Rupiah = field("The amount owed on the bills themselves (pokok).")
    penalty: TaxPenaltyType = field("The amount owed as penalty (denda).")
    total: Rupiah = field("Principal and penalty together.")
    reckoned_on: date = field("The day for which the penalty is computed.")


@object_type(public, "A taxed object: land and its buildings (objek pajak PBB-P2).")
@node_of(objects.TaxObject)
class TaxObjectType(NodeType):
    nop: Nop = field("Its number (NOP), such as `99.07-010.999-002.0001-0`.")
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
    kelurahan: KelurahanType | None = field(
        "The kelurahan that the tax office names.", resolver=objects.kelurahan, weight=10
    )
    kecamatan: KecamatanType | None = field(
        "The kecamatan that the tax office names.", resolver=objects.kecamatan, weight=10
    )
    land_area: int | None = field("Area of the land in m² (luas bumi).")
    building_area: int | None = field("Area of the building in m² (luas bangunan).")
    assessed_value: Rupiah | None = field("Its assessed value (NJOP).")
    as_of_year: int = field("The tax year of the bill that describes the object.")
    bills: ConnectionType[TaxBillType] | None = field(
        "Its bills, newest first, for as many years as the city has configured; null with a coded "
        "error if the tax office does not answer. A year without a bill is not listed, which does not "
        "mean that nothing is owed.",
        resolver=objects.bills,
        arguments={"status": "Only bills with one of these statuses."},
    )
    arrears: TaxArrearsType | None = field("What is owed on bills after their due day.", resolver=objects.arrears)
    source: SourceType = field("The tax office's system, and the age of its answer.")


@object_type(public)
class TaxQuery:
    tax_object: TaxObjectType | None = field(
        "A taxed object (objek pajak) by its number; null if the tax office has no bill for it.",
        resolver=objects.tax_object,
        arguments={"nop": "Its number (NOP), such as `99.07-010.999-002.0001-0`."},
    )
