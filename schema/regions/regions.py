"""The city, its kecamatan and its kelurahan."""

from auth.policies import public
from connectors.regions import records
from connectors.regions.records import DottedCode
from resolvers.regions import regions
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType

enum(
    records.RegionKind,
    "RegionKind",
    "What a region is by law (jenis wilayah).",
    {
        "PROVINCE": "A province, where one hub stands over several of its cities.",
        "KABUPATEN": "A kabupaten.",
        "KOTA": "A kota.",
        "KELURAHAN": "A kelurahan, which is a part of the administration of its city.",
        "DESA": "A desa, which governs itself.",
    },
)


@object_type(public, "A ward (kelurahan) of a kecamatan, or a desa.")
@node_of(records.Kelurahan)
class KelurahanType(NodeType):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS). It differs from the Kemendagri code.")
    name: str = field("Its name.")
    kind: records.RegionKind = field("Whether it is a kelurahan or a desa.")
    aliases: list[str] = field("Other spellings in use.")
    kecamatan: "KecamatanType | None" = field("The kecamatan in which it lies.", resolver=regions.parent, weight=10)


@object_type(public, "A district (kecamatan) of the city.")
@node_of(records.Kecamatan)
class KecamatanType(NodeType):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS). It differs from the Kemendagri code.")
    name: str = field("Its name.")
    aliases: list[str] = field("Other spellings in use.")
    area: float = field("Its area (luas) in km².")
    city: "CityType | None" = field("The kota or kabupaten in which it lies.", resolver=regions.city_of, weight=10)
    kelurahan: ConnectionType[KelurahanType] = field(
        "Its kelurahan and desa, by code.", resolver=regions.all_kelurahan, weight=10
    )


@object_type(public, "The city (kota or kabupaten) whose agencies answer here, or the province of a hub over several.")
@node_of(records.CityRegion)
class CityType(NodeType):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS).")
    name: str = field("Its name.")
    area: float = field("Its area (luas) in km².")
    kind: records.RegionKind = field("Whether it is a kota or a kabupaten, or a province.")
    timezone: str = field("Its time zone, by its IANA name.")
    cities: ConnectionType["CityType"] = field(
        "The kota and kabupaten of a province, by code; a city has none.", resolver=regions.all_cities, weight=10
    )
    kecamatan: ConnectionType[KecamatanType] = field(
        "Its kecamatan, by code.", resolver=regions.all_kecamatan, weight=10
    )
    kelurahan: ConnectionType[KelurahanType] = field(
        "Its kelurahan and desa, by code.", resolver=regions.all_kelurahan, weight=10
    )


def _by(code: str, bps_code: str) -> dict[str, str]:
    return {
        "code": f"By its Kemendagri code, such as `{code}`.",
        "bps_code": f"By its code at BPS, such as `{bps_code}`.",
        "name": "By its full name, in any case and with any blanks. A part of a name finds nothing.",
    }


@object_type(public)
class RegionsQuery:
    city: CityType | None = field(
        "The city (kota or kabupaten).",
        resolver=regions.city,
        weight=10,
        arguments={"code": "One city of a hub over several, such as `99.07`; the hub's own if not given."},
    )
    kecamatan: KecamatanType | None = field(
        "One kecamatan, by exactly one of the arguments.",
        resolver=regions.kecamatan,
        weight=10,
        arguments=_by("99.07.02", "9907020"),
    )
    kelurahan: KelurahanType | None = field(
        "One kelurahan, by exactly one of the arguments.",
        resolver=regions.kelurahan,
        weight=10,
        arguments=_by("99.07.01.2001", "9907010003"),
    )
