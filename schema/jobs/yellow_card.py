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
    "How far the labour office is with a yellow card (status verifikasi).",
    {
        "PENDING": "It has been asked for and not looked at yet (belum diverifikasi).",
        "VERIFIED": "It has been given (sudah diverifikasi).",
        "REJECTED": "It has been refused (ditolak).",
        "UNKNOWN": "The office says something that the hub does not know.",
    },
)


@object_type(public, "Where one gets a yellow card (tempat layanan).")
class YellowCardOfficeType:
    name: str = field("Its name.")
    address: str = field("Its address (alamat).")
    kelurahan: KelurahanType | None = field(
        "The kelurahan that it lies in, if it is said.", resolver=yellow_card.kelurahan
    )
    hours: str = field("When it is open (jam layanan), in the language of the request.")
    phone: PhoneNumber | None = field("Its telephone, if there is one.")
    url: URL | None = field("Its page, if there is one.")


@object_type(public, "How one gets a yellow card, the proof of looking for work (kartu kuning, AK-1).")
class YellowCardGuideType:
    purpose: str = field("What it is for, in the language of the request.")
    requirements: list[str] = field("What one brings (persyaratan), in the language of the request.")
    valid_months: int = field("For how many months it holds (masa berlaku).")
    report_months: int = field("After how many months, each time, its holder reports to the office (lapor).")
    agency: str = field("Who gives it.")
    offices: ConnectionType[YellowCardOfficeType] = field("Where one gets it, by name.", resolver=yellow_card.offices)


@object_type(signed_in, "When the holder of a yellow card is to report (lapor).")
class YellowCardReportType:
    due_on: date = field("The day.")
    computed: bool = field("Whether the hub has reckoned it from the day of the card; the office decides.")


@object_type(
    signed_in, "The person's own yellow card (kartu kuning, AK-1), or the request for one. Nothing else of it is read."
)
class YellowCardType:
    status: CardStatus = field("How far the office is with it.")
    begins_on: date | None = field("Since when it holds (mulai berlaku); null while it does not say.")
    ends_on: date | None = field("Its last day (akhir berlaku); null while it does not say.")
    valid: bool = field("Whether it is verified and holds today.")
    next_report: YellowCardReportType | None = field("When to report next; null where it does not hold or ends before.")
    source: SourceType = field("The labour office's system.")


@object_type(signed_in)
class MyYellowCard:
    yellow_card: YellowCardType | None = field(
        "The person's yellow card (kartu kuning, AK-1), or the request for one; asked each time. Null where there is "
        "none, or the identity provider does not say the NIK.",
        resolver=yellow_card.card,
        policy=personal(signed_in, YELLOW_CARD, (owner, scope(YELLOW_CARD))),
    )


@object_type(public)
class YellowCardQuery:
    yellow_card_guide: YellowCardGuideType | None = field(
        "How one gets a yellow card (kartu kuning, AK-1).", resolver=yellow_card.guide
    )
