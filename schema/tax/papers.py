"""Papers that are looked up by their number: BPHTB, service requests, retributions (Pajak dan Retribusi)."""

from datetime import date

from auth.policies import agreement, owner, personal, public, scope, signed_in
from connectors.tax.papers import DeedFinding, DeedStage
from connectors.tax.records import Nop
from connectors.tax.requests import RequestKind, RequestStatus, TaxKind
from resolvers.tax import papers
from resolvers.tax.papers_rules import RetributionStatus, StepState
from resolvers.tax.policies import DEED
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import Rupiah

ITS_OWN = ((owner, scope(DEED)), (agreement, scope(DEED)))
"""Who may read the personal fields of a deed: the person whose NIK is on it, and clients with an agreement."""

enum(
    DeedStage,
    "BphtbStage",
    "A step of the tax on an acquisition (status daftar). The steps are in order.",
    {
        "DRAFT": "The notary has entered it (draf).",
        "PAYMENT": "Payment (bayar).",
        "APPROVAL": "Approval (persetujuan).",
        "EXAMINATION": "The office examines it (penelitian).",
        "UNDERPAID": "The office has assessed a missing amount (SKPD-KB).",
        "OVERPAID": "The office has assessed that too much was paid (SKPD-LB).",
        "LAND_OFFICE": "It is with the land office (BPN).",
        "DONE": "It is done (selesai).",
    },
)
enum(
    StepState,
    "BphtbStepState",
    "The state of a step (status tahap).",
    {
        "DONE": "It is done (selesai).",
        "CURRENT": "It is the present step of the deed.",
        "PENDING": "It is still to come.",
    },
)
enum(
    DeedFinding,
    "BphtbFinding",
    "The result of the examination (hasil penelitian).",
    {
        "NOT_EXAMINED": "It is not examined yet (belum diteliti).",
        "CORRECT": "The right amount was paid (sesuai).",
        "UNDERPAID": "Too little was paid (kurang bayar).",
        "OVERPAID": "Too much was paid (lebih bayar).",
        "UNKNOWN": "The hub does not know the office's word.",
    },
)
enum(
    TaxKind,
    "TaxKind",
    "The tax of a request (jenis pajak).",
    {
        "PBB": "The yearly tax on land and buildings (PBB-P2).",
        "BPHTB": "The tax on acquiring land and buildings (BPHTB).",
    },
)
enum(
    RequestKind,
    "TaxRequestKind",
    "What the tax office is asked to do (jenis pelayanan).",
    {
        "NEW_OBJECT": "To register an object (pendaftaran data baru).",
        "TRANSFER": "To change the owner of an object, or to divide or join objects (mutasi).",
        "CORRECTION": "To correct a bill or a decision (pembetulan).",
        "CANCELLATION": "To cancel a bill (pembatalan).",
        "COPY": "A copy of a bill (salinan).",
        "OBJECTION": "An objection to a bill, or to being named as its taxpayer (keberatan).",
        "REDUCTION": "To reduce the amount to pay (pengurangan).",
        "PENALTY_REDUCTION": "To reduce a penalty (pengurangan denda administrasi).",
        "REFUND": "To refund or set off an amount (restitusi, kompensasi).",
        "POSTPONEMENT": "To change a due day, or to have more time (penundaan).",
        "INFORMATION": "Information in writing (pemberian informasi).",
        "EXAMINATION": "To examine a payment of BPHTB (penelitian SSPD).",
        "OTHER": "Another request; `kindName` has the office's words.",
    },
)
enum(
    RequestStatus,
    "TaxRequestStatus",
    "The status of a request (status permohonan).",
    {
        "IN_PROGRESS": "The office works on it (dalam proses).",
        "FINISHED": "It is ready (selesai).",
        "HANDED_OVER": "It was handed over (sudah diserahkan).",
        "UNKNOWN": "The hub does not know the office's word.",
    },
)
enum(
    RetributionStatus,
    "RetributionStatus",
    "The status of a bill of a retribution (status pembayaran).",
    {
        "PAID": "Paid (lunas).",
        "UNPAID": "Not paid (belum bayar).",
        "EXPIRED": "Not paid, and its code can no longer be used (kedaluwarsa). Ask the office for a new code.",
        "PAID_UNCONFIRMED": "The office calls it paid but has not marked it as paid (belum dikonfirmasi).",
        "UNKNOWN": "The hub does not know the office's word. It does not count as paid.",
    },
)


@object_type(signed_in, "A step of a deed (tahap).")
class BphtbStepType:
    stage: DeedStage = field("Which step it is.")
    state: StepState = field("Its status.")
    reached_on: date | None = field("When it was reached, if the office keeps the date.")


@object_type(signed_in, "The amounts of a deed (BPHTB terutang).")
class BphtbAmountsType:
    value: Rupiah = field("The value on which the tax is based (NPOP).")
    exempt: Rupiah = field("The part of the value that is exempt (NPOPTKP).")
    rate: float | None = field("The rate in per cent (tarif).")
    tax: Rupiah = field("The tax itself (BPHTB terutang).")
    reduction: Rupiah = field("The reduction of the tax (pengurang).")
    penalty: Rupiah = field("The penalty for paying late, as the office computed it (denda).")
    paid_before: Rupiah = field(
        "The amount that was paid on an earlier deed of the same acquisition (sudah dibayarkan)."
    )
    payable: Rupiah = field("The total amount to pay (harus dibayarkan).")
    paid: Rupiah = field("The amount that was paid on this deed.")
    outstanding: Rupiah = field("The amount still to pay.")


@object_type(signed_in, "The tax on one acquisition of land and buildings (SSPD BPHTB).")
@node_of(papers.BphtbDeed)
class BphtbDeedType(NodeType):
    number: str = field("Its number: year, six digits, kind of document.")
    acquired_by: str | None = field("How it was acquired, in the office's words (jenis perolehan).")
    stage: DeedStage | None = field("Its stage; null if the hub does not know the office's word.")
    finding: DeedFinding = field("The result of the examination.")
    paid: bool = field("Whether nothing is owed: the office calls it paid, or there was nothing to pay (nihil).")
    transacted_on: date | None = field("The day of the acquisition (tanggal transaksi).")
    due_on: date | None = field("The last day to pay without penalty (jatuh tempo).")
    steps: ConnectionType[BphtbStepType] = field(
        "Its steps, in order. The two steps of an assessment are there only if the examination led to one.",
        resolver=papers.steps,
        weight=10,
    )
    owner_name: str | None = field(
        "The person who acquires (wajib pajak), masked: the first letter of each word.",
        resolver=papers.deed_owner,
        policy=personal(signed_in, DEED, *ITS_OWN, mask=papers.masked_deed_owner),
    )
    nop: Nop | None = field(
        "The number of the object (NOP), masked: only the office and the last number.",
        resolver=papers.deed_nop,
        policy=personal(signed_in, DEED, *ITS_OWN, mask=papers.masked_deed_nop),
    )
    amounts: BphtbAmountsType | None = field(
        "The amounts, which reveal the price. They are for the person who acquires, and by agreement.",
        resolver=papers.amounts,
        policy=personal(signed_in, DEED, *ITS_OWN),
    )
    source: SourceType = field("The tax office's system, and the age of its answer.")


@object_type(public, "A request to the tax office (permohonan layanan pajak), without the person who made it.")
@node_of(papers.TaxServiceRequest)
class TaxServiceRequestType(NodeType):
    number: str = field("Its number (nomor pelayanan).")
    kind: RequestKind = field("What the office is asked to do.")
    kind_name: str | None = field("The same in the office's words.")
    status: RequestStatus = field("Its status. For several objects it is that of the least advanced one.")
    received_on: date | None = field("When the office received the papers (tanggal terima).")
    promised_on: date | None = field("When it should be ready (perkiraan selesai).")
    late: bool = field("Whether it is or was ready later than promised.")
    finished_on: date | None = field("When it was ready (tanggal selesai).")
    handed_over_on: date | None = field("When it was handed over (tanggal penyerahan).")
    section: str | None = field("The section that has its papers (seksi).")
    objects: int = field("The number of its objects or deeds.")
    finished: int = field("How many of them are ready.")
    source: SourceType = field("The tax office's system, and the age of its answer.")


@object_type(public, "A bill of a retribution (retribusi), without its debtor.")
@node_of(papers.RetributionBill)
class RetributionBillType(NodeType):
    code: str = field("Its billing code (kode bayar), such as `99360000000001`.")
    service: str | None = field("What it is for, in the office's words (perizinan).")
    number: str | None = field("The number of the assessment (SKRD).")
    principal: Rupiah = field("The retribution itself (nominal).")
    penalty: Rupiah = field("The penalty for paying late, as the office computed it (denda).")
    total: Rupiah = field("Both together (jumlah).")
    status: RetributionStatus = field("Its status today.")
    contradicted: bool = field("Whether the office's data contradict each other. The office can correct it.")
    issued_on: date | None = field("When it was assessed (tanggal SKRD).")
    paid_on: date | None = field("When it was paid.")
    expires_on: date | None = field("The last day on which its code can be paid (kedaluwarsa).")
    source: SourceType = field("The office's system, and the age of its answer.")


@object_type(public)
class DeedsQuery:
    bphtb_deed: BphtbDeedType | None = field(
        "The tax on an acquisition (BPHTB) by its number; null if there is none. The numbers are "
        "consecutive, so lookups are limited: see LOOKUPS_EXCEEDED.",
        resolver=papers.bphtb_deed,
        arguments={"number": "Its number, such as `2026.000001.01`, as it is printed."},
        policy=signed_in,
    )


@object_type(public)
class TaxRequestsQuery:
    tax_service_request: TaxServiceRequestType | None = field(
        "A request to the tax office (permohonan layanan pajak) by its number; null if there is none.",
        resolver=papers.tax_service_request,
        arguments={
            "of": "The tax of the request.",
            "number": "Its number: 11 digits about PBB, such as `2026.0001.001`; about BPHTB such as `2026.01.000102`.",
        },
    )


@object_type(public)
class RetributionsQuery:
    retribution_bill: RetributionBillType | None = field(
        "A bill of a retribution (retribusi daerah) by its billing code; null if there is none.",
        resolver=papers.retribution_bill,
        arguments={"billing_code": "Its billing code (kode bayar), such as `99360000000001`."},
    )
