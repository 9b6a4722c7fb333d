"""The city, its kecamatan and its kelurahan."""

from auth.policies import public
from connectors.regions import records
from connectors.regions.records import DottedCode
from resolvers.regions import regions
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType


@object_type(public, "A ward (kelurahan) of a kecamatan.")
@node_of(records.Kelurahan)
class KelurahanType(NodeType):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS). It differs from the Kemendagri code.")
    name: str = field("Its name.")
    aliases: list[str] = field("Other spellings in use.")
    kecamatan: "KecamatanType | None" = field("The kecamatan in which it lies.", resolver=regions.parent)


@object_type(public, "A district (kecamatan) of the city.")
@node_of(records.Kecamatan)
class KecamatanType(NodeType):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS). It differs from the Kemendagri code.")
    name: str = field("Its name.")
    aliases: list[str] = field("Other spellings in use.")
    area: float = field("Its area (luas) in km².")
    kelurahan: ConnectionType[KelurahanType] = field("Its kelurahan, by code.", resolver=regions.all_kelurahan)


@object_type(public, "The city (kota) whose agencies answer here.")
@node_of(records.CityRegion)
class CityType(NodeType):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS).")
    name: str = field("Its name.")
    area: float = field("Its area (luas) in km².")
    timezone: str = field("Its time zone, by its IANA name.")
    kecamatan: ConnectionType[KecamatanType] = field("Its kecamatan, by code.", resolver=regions.all_kecamatan)
    kelurahan: ConnectionType[KelurahanType] = field("All its kelurahan, by code.", resolver=regions.all_kelurahan)


def _by(code: str, bps_code: str) -> dict[str, str]:
    return {
        "code": f"By its Kemendagri code, such as `{code}`.",
        "bps_code": f"By its code at BPS, such as `{bps_code}`.",
        "name": "By its full name, in any case and with any blanks. A part of a name finds nothing.",
    }


@object_type(public)
class RegionsQuery:
    city: CityType | None = field("The city (kota).", resolver=regions.city)
    kecamatan: KecamatanType | None = field(
        "One kecamatan, by exactly one of the arguments.",
        resolver=regions.kecamatan,
        arguments=_by("36.71.08", "3671042"),
    )
    kelurahan: KelurahanType | None = field(
        "One kelurahan, by exactly one of the arguments.",
        resolver=regions.kelurahan,
        arguments=_by("36.71.01.1001", "3671030018"),
    )
