"""What is asked for by the number on a paper: BPHTB, service requests, retributions (Pajak dan Retribusi)."""

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
"""Who reads what of a deed is personal: whose NIK is on it, and who has an agreement with the office."""

enum(
    DeedStage,
    "BphtbStage",
    "A step of the tax on an acquisition (status daftar), in order.",
    {
        "DRAFT": "The notary has entered it (draf).",
        "PAYMENT": "It is paid (bayar).",
        "APPROVAL": "It is approved (persetujuan).",
        "EXAMINATION": "The office examines it (penelitian).",
        "UNDERPAID": "The office has assessed what is missing (SKPD-KB).",
        "OVERPAID": "The office has assessed what was paid too much (SKPD-LB).",
        "LAND_OFFICE": "It is with the land office (BPN).",
        "DONE": "It is done (selesai).",
    },
)
enum(
    StepState,
    "BphtbStepState",
    "How far a step has come (status tahap).",
    {"DONE": "It is behind (selesai).", "CURRENT": "It is where the deed is.", "PENDING": "It is still to come."},
)
enum(
    DeedFinding,
    "BphtbFinding",
    "What the examination found (hasil penelitian).",
    {
        "NOT_EXAMINED": "It is not examined yet (belum diteliti).",
        "CORRECT": "What was paid is right (sesuai).",
        "UNDERPAID": "Too little was paid (kurang bayar).",
        "OVERPAID": "Too much was paid (lebih bayar).",
        "UNKNOWN": "The office says something that the hub does not know.",
    },
)
enum(
    TaxKind,
    "TaxKind",
    "Which tax a request is about (jenis pajak).",
    {
        "PBB": "The yearly tax on land and buildings (PBB-P2).",
        "BPHTB": "The tax on acquiring land and buildings (BPHTB).",
    },
)
enum(
    RequestKind,
    "TaxRequestKind",
    "What is asked of the tax office (jenis pelayanan).",
    {
        "NEW_OBJECT": "To register an object (pendaftaran data baru).",
        "TRANSFER": "To change its owner, or to part or join objects (mutasi).",
        "CORRECTION": "To correct a bill or a decision (pembetulan).",
        "CANCELLATION": "To cancel a bill (pembatalan).",
        "COPY": "A copy of a bill (salinan).",
        "OBJECTION": "Against a bill, or against being named its taxpayer (keberatan).",
        "REDUCTION": "To lower what is to be paid (pengurangan).",
        "PENALTY_REDUCTION": "To lower a penalty (pengurangan denda administrasi).",
        "REFUND": "To have something back, or set off (restitusi, kompensasi).",
        "POSTPONEMENT": "Another due day, or more time (penundaan).",
        "INFORMATION": "Something in writing (pemberian informasi).",
        "EXAMINATION": "To examine a payment of BPHTB (penelitian SSPD).",
        "OTHER": "Something else; its name is the office's.",
    },
)
enum(
    RequestStatus,
    "TaxRequestStatus",
    "How far a request has come (status permohonan).",
    {
        "IN_PROGRESS": "The office works on it (dalam proses).",
        "FINISHED": "It can be fetched (selesai).",
        "HANDED_OVER": "It was fetched (sudah diserahkan).",
        "UNKNOWN": "The office says something that the hub does not know.",
    },
)
enum(
    RetributionStatus,
    "RetributionStatus",
    "What a bill of a retribution amounts to (status pembayaran).",
    {
        "PAID": "Paid (lunas).",
        "UNPAID": "Not paid (belum bayar).",
        "EXPIRED": "Not paid, and its code cannot be used any more (kedaluwarsa); ask for another.",
        "PAID_UNCONFIRMED": "The office calls it paid and has not marked it so (belum dikonfirmasi).",
        "UNKNOWN": "The office says something that the hub does not know; it is not taken for paid.",
    },
)


@object_type(signed_in, "A step of a deed (tahap).")
class BphtbStepType:
    stage: DeedStage = field("Which step it is.")
    state: StepState = field("How far it has come.")
    reached_on: date | None = field("When it was reached, where the office keeps that.")


@object_type(signed_in, "What is to be paid on a deed (BPHTB terutang).")
class BphtbAmountsType:
    value: Rupiah = field("What the tax is reckoned from (NPOP).")
    exempt: Rupiah = field("What of that is free of it (NPOPTKP).")
    rate: float | None = field("The rate in per cent (tarif).")
    tax: Rupiah = field("The tax itself (BPHTB terutang).")
    reduction: Rupiah = field("What is taken off it (pengurang).")
    penalty: Rupiah = field("What paying late costs, by the office itself (denda).")
    paid_before: Rupiah = field("What had been paid on an earlier deed of the same acquisition (sudah dibayarkan).")
    payable: Rupiah = field("What is to be paid in all (harus dibayarkan).")
    paid: Rupiah = field("What was paid on this one.")
    outstanding: Rupiah = field("What is still to be paid.")


@object_type(signed_in, "The tax on one acquisition of land and buildings (SSPD BPHTB).")
@node_of(papers.BphtbDeed)
class BphtbDeedType(NodeType):
    number: str = field("Its number: year, six digits, kind of document.")
    acquired_by: str | None = field("How it was acquired, in the office's words (jenis perolehan).")
    stage: DeedStage | None = field("How far it has come; null where the office says what the hub does not know.")
    finding: DeedFinding = field("What the examination found.")
    paid: bool = field("Whether nothing is owed on it: the office calls it paid, or there was nothing to pay (nihil).")
    transacted_on: date | None = field("The day of the acquisition (tanggal transaksi).")
    due_on: date | None = field("The last day to pay without penalty (jatuh tempo).")
    steps: ConnectionType[BphtbStepType] = field(
        "The steps that it goes through, in order; the two of an assessment only where the examination led to one.",
        resolver=papers.steps,
    )
    owner_name: str | None = field(
        "Who acquires (wajib pajak), masked: the first letter of each word.",
        resolver=papers.deed_owner,
        policy=personal(signed_in, DEED, *ITS_OWN, mask=papers.masked_deed_owner),
    )
    nop: Nop | None = field(
        "The object (NOP), masked: only the office and the number within its block.",
        resolver=papers.deed_nop,
        policy=personal(signed_in, DEED, *ITS_OWN, mask=papers.masked_deed_nop),
    )
    amounts: BphtbAmountsType | None = field(
        "What is to be paid, which tells the price: for who acquires, and by agreement.",
        resolver=papers.amounts,
        policy=personal(signed_in, DEED, *ITS_OWN),
    )
    source: SourceType = field("The tax office's system, and how old its answer is.")


@object_type(public, "A request to the tax office (permohonan layanan pajak); who made it is not told.")
@node_of(papers.TaxServiceRequest)
class TaxServiceRequestType(NodeType):
    number: str = field("Its number (nomor pelayanan).")
    kind: RequestKind = field("What is asked.")
    kind_name: str | None = field("The same in the office's words.")
    status: RequestStatus = field("How far it has come; of several objects the one that is farthest behind.")
    received_on: date | None = field("When the papers came in (tanggal terima).")
    promised_on: date | None = field("When it is to be ready (perkiraan selesai).")
    late: bool = field("Whether that day has passed, or passed before it was ready.")
    finished_on: date | None = field("When it was ready (tanggal selesai).")
    handed_over_on: date | None = field("When it was fetched (tanggal penyerahan).")
    section: str | None = field("Where its papers lie (seksi).")
    objects: int = field("Of how many objects or deeds it is.")
    finished: int = field("How many of them are ready.")
    source: SourceType = field("The tax office's system, and how old its answer is.")


@object_type(public, "A bill of a retribution (retribusi); who owes it is not told.")
@node_of(papers.RetributionBill)
class RetributionBillType(NodeType):
    code: str = field("Its billing code (kode bayar), such as `99360000000001`.")
    service: str | None = field("What it is for, in the office's words (perizinan).")
    number: str | None = field("The number of the assessment (SKRD).")
    principal: Rupiah = field("The retribution itself (nominal).")
    penalty: Rupiah = field("What paying late costs, by the office itself (denda).")
    total: Rupiah = field("Both together (jumlah).")
    status: RetributionStatus = field("What it amounts to today.")
    contradicted: bool = field("Whether the office contradicts itself; it can mend that.")
    issued_on: date | None = field("When it was assessed (tanggal SKRD).")
    paid_on: date | None = field("When it was paid.")
    expires_on: date | None = field("The last day on which its code can be paid (kedaluwarsa).")
    source: SourceType = field("The office's system, and how old its answer is.")


@object_type(public)
class DeedsQuery:
    bphtb_deed: BphtbDeedType | None = field(
        "The tax on an acquisition (BPHTB) by its number; null if there is none. Numbers are counted up: see "
        "LOOKUPS_EXCEEDED.",
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
            "of": "About which tax.",
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
