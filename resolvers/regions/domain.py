"""The regions: the nodes."""

from connectors.regions.records import City, DottedCode, Kecamatan, Kelurahan
from resolvers.kit.context import Context
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.regions import regions


def _city(ctx: Context, code: str) -> City | None:
    city = regions.city(None, ctx)
    return city if city.code == code else None


DOMAIN = ResolverDomain(
    nodes={
        City: NodeKind("City", _city),
        Kecamatan: NodeKind("Kecamatan", lambda ctx, code: regions.kecamatan(None, ctx, code=DottedCode(code))),
        Kelurahan: NodeKind("Kelurahan", lambda ctx, code: regions.kelurahan(None, ctx, code=DottedCode(code))),
    },
)
