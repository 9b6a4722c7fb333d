"""Hospitals and their beds: the nodes."""

from connectors.kit.bilingual import Bilingual
from resolvers.beds import hospitals
from resolvers.beds.rules import HospitalBeds
from resolvers.kit.context import Context
from resolvers.kit.domains import NodeKind, ResolverDomain


async def _beds(ctx: Context, code: str) -> HospitalBeds | None:
    found = hospitals.hospital(None, ctx, code=code)
    return await hospitals.beds(found, ctx) if found else None


DOMAIN = ResolverDomain(
    title=Bilingual(id="Tempat tidur rumah sakit", en="Hospital beds"),
    nodes={
        hospitals.HospitalAt: NodeKind("Hospital", lambda ctx, code: hospitals.hospital(None, ctx, code=code)),
        HospitalBeds: NodeKind("HospitalBeds", _beds),
    },
)
