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
    "What a region is by law.",
    {
        "PROVINSI": "A province (provinsi), where one hub stands over several of its cities.",
        "KABUPATEN": "A regency (kabupaten).",
        "KOTA": "A city (kota).",
        "KELURAHAN": "A ward (kelurahan), which is a part of the administration of its city.",
        "DESA": "A village (desa, also gampong, kampung or nagari), which governs itself.",
    },
)


@object_type(public, "A ward (kelurahan) or village (desa) of a kecamatan.")
@node_of(records.Kelurahan)
class KelurahanType(NodeType):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS). It differs from the Kemendagri code.")
    name: str = field("Its name.")
    kind: records.RegionKind = field("Whether it is a kelurahan or a desa.")
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
    city: "CityType | None" = field("The kota or kabupaten in which it lies.", resolver=regions.city_of)
    kelurahan: ConnectionType[KelurahanType] = field("Its kelurahan and desa, by code.", resolver=regions.all_kelurahan)


@object_type(public, "The kota or kabupaten whose agencies answer here, or the province of a hub over several of them.")
@node_of(records.CityRegion)
class CityType(NodeType):
    code: DottedCode = field("Its Kemendagri code (kode wilayah).")
    bps_code: str = field("Its code at the statistics office (kode BPS).")
    name: str = field("Its name.")
    area: float = field("Its area (luas) in km².")
    kind: records.RegionKind = field("Whether it is a kota or a kabupaten, or a province.")
    timezone: str = field("Its time zone, by its IANA name.")
    cities: ConnectionType["CityType"] = field(
        "The kota and kabupaten of a province, by code; a city has none.", resolver=regions.all_cities
    )
    kecamatan: ConnectionType[KecamatanType] = field("Its kecamatan, by code.", resolver=regions.all_kecamatan)
    kelurahan: ConnectionType[KelurahanType] = field("Its kelurahan and desa, by code.", resolver=regions.all_kelurahan)


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
        arguments={"code": "One city of a hub over several, such as `99.07`; the hub's own if not given."},
    )
    kecamatan: KecamatanType | None = field(
        "One kecamatan, by exactly one of the arguments.",
        resolver=regions.kecamatan,
        arguments=_by("99.07.08", "9907080"),
    )
    kelurahan: KelurahanType | None = field(
        "One kelurahan, by exactly one of the arguments.",
        resolver=regions.kelurahan,
        arguments=_by("99.07.01.2001", "9907010004"),
    )
