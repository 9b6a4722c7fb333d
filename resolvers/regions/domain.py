"""The regions: the nodes."""

from connectors.kit.bilingual import Bilingual
from connectors.regions.records import CityRegion, DottedCode, Kecamatan, Kelurahan
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.regions import regions

DOMAIN = ResolverDomain(
    title=Bilingual(id="Wilayah", en="Regions"),
    about=Bilingual(
        id="Kecamatan dan kelurahan atau desa, dengan kode Kemendagri dan BPS.",
        en="The kecamatan with their kelurahan or desa, and the codes of Kemendagri and BPS.",
    ),
    nodes={
        CityRegion: NodeKind("City", lambda ctx, code: regions.city(None, ctx, code=DottedCode(code))),
        Kecamatan: NodeKind("Kecamatan", lambda ctx, code: regions.kecamatan(None, ctx, code=DottedCode(code))),
        Kelurahan: NodeKind("Kelurahan", lambda ctx, code: regions.kelurahan(None, ctx, code=DottedCode(code))),
    },
)
