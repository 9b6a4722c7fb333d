"""Mosques and prayer rooms (masjid dan mushalla)."""

from auth.policies import public
from connectors.worship.records import MosqueKind
from resolvers.kit import places
from resolvers.worship import mosques as known
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.places import PointInput
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL
from schema.regions.regions import KecamatanType

enum(
    MosqueKind,
    "MosqueKind",
    "What kind of place of prayer it is (jenis tempat ibadah).",
    {
        "MOSQUE": "One where the Friday prayer is held too (masjid).",
        "PRAYER_ROOM": "A smaller one (mushalla).",
    },
)

enum(
    known.MosqueOrder,
    "MosqueOrder",
    "How mosques are put in order.",
    {
        "NAME": "By name, those without one last.",
        "DISTANCE": "The nearest first; needs `near`. Those without a position are left out.",
    },
)


@object_type(public, "Whom an answer has to name, and under which licence it may be used (atribusi).")
class AttributionType:
    text: str = field("The words to show beside the answer.")
    licence: str | None = field("The licence (lisensi), such as `ODbL 1.0`; null where the source names none.")
    url: URL = field("The page of the source about it.")


@object_type(public, "A mosque or a prayer room (masjid, mushalla), each once, whoever knows it.")
@node_of(known.MosqueAt)
class MosqueType(NodeType):
    code: str = field("Its code in the hub, such as `simas/990001`.")
    kind: MosqueKind | None = field("Which kind it is; null where nobody says.")
    name: str | None = field("Its name; null where it has none on the map.")
    typology: str | None = field("Its class in the ministry's register (tipologi), as it is spelt there.")
    register: str | None = field("Its number in the ministry's register (nomor ID).")
    address: str | None = field("Its address (alamat).")
    kecamatan: KecamatanType | None = field(
        "The kecamatan that its source names.", resolver=known.kecamatan_of, weight=1
    )
    latitude: float | None = field("Its latitude (lintang), WGS 84; null where it is in the register alone.")
    longitude: float | None = field("Its longitude (bujur), WGS 84; null where it is in the register alone.")
    distance: float | None = field(
        "How many km it is from `near`, or without it from the point that its list was asked from; null without one.",
        resolver=places.distance_from,
        weight=10,
        arguments={"near": "From where. A client that caches gives it here as well as to the list."},
        types={"near": PointInput | None},
    )
    attributions: list[str] = field("Whom one has to name who shows it (atribusi), one text for each source.")
    source: SourceType = field("The first source that knows it, and how old its answer is.")


@object_type(public, "A page of mosques.")
class MosqueConnectionType(ConnectionType[MosqueType]):
    attributions: list[AttributionType] = field("Whom one has to name who shows them (atribusi).")
    unavailable: list[SourceType] = field("Sources that did not answer: mosques that only they know are missing.")


@object_type(public)
class MosquesQuery:
    mosques: MosqueConnectionType | None = field(
        "Mosques and prayer rooms (masjid, mushalla) of the city, by map and by register.",
        resolver=known.mosques,
        arguments={
            "near": "From where distances are reckoned; it does not leave the hub.",
            "within_km": "Only those within so many km of `near`.",
            "kind": "Only those of this kind.",
            "kecamatan": "Only those in this kecamatan, such as `99.07.01`, where their source names it.",
            "text": "Only those with all of these words in name or address.",
            "order_by": "How they are put in order.",
        },
        types={"near": PointInput | None},
        weight=150,
    )
    mosque: MosqueType | None = field(
        "One mosque or prayer room (masjid, mushalla); null where no source has it.",
        resolver=known.mosque,
        arguments={"code": "Its code in the hub, such as `simas/990001`."},
        weight=150,
    )
