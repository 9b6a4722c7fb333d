"""The yellow card (kartu kuning, AK-1)."""

from datetime import date

from auth.policies import owner, personal, public, scope, signed_in
from connectors.jobs.records import CardStatus
from resolvers.jobs import yellow_card
from resolvers.jobs.policies import YELLOW_CARD
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL, PhoneNumber
from schema.regions.regions import KelurahanType

enum(
    CardStatus,
    "YellowCardStatus",
    "The status of a yellow card at the labour office (status verifikasi).",
    {
        "PENDING": "It was requested and is not examined yet (belum diverifikasi).",
        "VERIFIED": "It was issued (sudah diverifikasi).",
        "REJECTED": "It was refused (ditolak).",
        "UNKNOWN": "The hub does not know the office's word.",
    },
)


@object_type(public, "An office that issues yellow cards (tempat layanan).")
class YellowCardOfficeType:
    name: str = field("Its name.")
    address: str = field("Its address (alamat).")
    kelurahan: KelurahanType | None = field(
        "The kelurahan in which it lies, if the configuration names it.", resolver=yellow_card.kelurahan, weight=10
    )
    hours: str = field("When it is open (jam layanan), in the language of the request.")
    phone: PhoneNumber | None = field("Its telephone, if there is one.")
    url: URL | None = field("Its page, if there is one.")


@object_type(public, "How to get a yellow card, the proof of looking for work (kartu kuning, AK-1).")
class YellowCardGuideType:
    purpose: str = field("What it is for, in the language of the request.")
    requirements: list[str] = field("What a person must bring (persyaratan), in the language of the request.")
    valid_months: int = field("For how many months it is valid (masa berlaku).")
    report_months: int = field("Every how many months the holder must report to the office (lapor).")
    agency: str = field("The agency that issues it.")
    offices: ConnectionType[YellowCardOfficeType] = field(
        "The offices that issue it, by name.", resolver=yellow_card.offices, weight=10
    )


@object_type(signed_in, "When the holder of a yellow card must report (lapor).")
class YellowCardReportType:
    due_on: date = field("The day.")
    computed: bool = field("Whether the hub computed it from the first day of the card. The office decides.")


@object_type(
    signed_in,
    "The person's own yellow card (kartu kuning, AK-1), or the request for one. The hub reads nothing else of it.",
)
class YellowCardType:
    status: CardStatus = field("Its status at the office.")
    begins_on: date | None = field("The first day of its validity (mulai berlaku); null if it is not known yet.")
    ends_on: date | None = field("The last day of its validity (akhir berlaku); null if it is not known yet.")
    valid: bool = field("Whether it is verified and valid today.")
    next_report: YellowCardReportType | None = field(
        "When the holder must report next; null if the card is not valid or ends before."
    )
    source: SourceType = field("The labour office's system.")


@object_type(signed_in)
class MyYellowCard:
    yellow_card: YellowCardType | None = field(
        "The person's yellow card (kartu kuning, AK-1), or the request for one. The office is asked "
        "each time. Null if there is none, or if the identity provider does not give the NIK.",
        resolver=yellow_card.card,
        policy=personal(signed_in, YELLOW_CARD, (owner, scope(YELLOW_CARD))),
    )


@object_type(public)
class YellowCardQuery:
    yellow_card_guide: YellowCardGuideType | None = field(
        "How to get a yellow card (kartu kuning, AK-1).", resolver=yellow_card.guide, weight=10
    )
