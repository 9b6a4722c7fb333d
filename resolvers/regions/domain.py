"""The regions: the nodes."""

from connectors.regions.records import CityRegion, DottedCode, Kecamatan, Kelurahan
from resolvers.kit.context import Context
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.regions import regions


async def _city(ctx: Context, code: str) -> CityRegion | None:
    city = await regions.city(None, ctx)
    return city if city.code == code else None


DOMAIN = ResolverDomain(
    nodes={
        CityRegion: NodeKind("City", _city),
        Kecamatan: NodeKind("Kecamatan", lambda ctx, code: regions.kecamatan(None, ctx, code=DottedCode(code))),
        Kelurahan: NodeKind("Kelurahan", lambda ctx, code: regions.kelurahan(None, ctx, code=DottedCode(code))),
    },
)
