"""The city, its kecamatan and its kelurahan."""

from auth.policies import public
from connectors.regions import records
from connectors.regions.records import DottedCode
from resolvers.regions import regions
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.kit.node import Node, node_of
from schema.kit.paging import Connection


@object_type(public, "A ward (kelurahan) of a kecamatan.")
@node_of(records.Kelurahan)
class Kelurahan(Node):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS). It differs from the Kemendagri code.")
    name: str = field("Its name.")
    aliases: list[str] = field("Other spellings in use.")
    kecamatan: "Kecamatan | None" = field("The kecamatan in which it lies.", resolver=regions.parent)


@object_type(public, "A district (kecamatan) of the city.")
@node_of(records.Kecamatan)
class Kecamatan(Node):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS). It differs from the Kemendagri code.")
    name: str = field("Its name.")
    aliases: list[str] = field("Other spellings in use.")
    area: float = field("Its area (luas) in km².")
    kelurahan: Connection[Kelurahan] = field("Its kelurahan, by code.", resolver=regions.all_kelurahan)


@object_type(public, "The city (kota) whose agencies answer here.")
@node_of(records.City)
class City(Node):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS).")
    name: str = field("Its name.")
    area: float = field("Its area (luas) in km².")
    timezone: str = field("Its time zone, by its IANA name.")
    kecamatan: Connection[Kecamatan] = field("Its kecamatan, by code.", resolver=regions.all_kecamatan)
    kelurahan: Connection[Kelurahan] = field("All its kelurahan, by code.", resolver=regions.all_kelurahan)


BY = {
    "code": "By its Kemendagri code.",
    "bps_code": "By its code at BPS.",
    "name": "By its whole name, in any spelling of case and blanks. A part of a name finds nothing.",
}


@object_type(public)
class RegionsQuery:
    city: City | None = field("The city (kota).", resolver=regions.city)
    kecamatan: Kecamatan | None = field(
        "One kecamatan, by exactly one of the arguments.", resolver=regions.kecamatan, arguments=BY
    )
    kelurahan: Kelurahan | None = field(
        "One kelurahan, by exactly one of the arguments.", resolver=regions.kelurahan, arguments=BY
    )
