"""Objects, bills and papers of the tax office: the nodes and the personal categories."""

from auth.policies import signed_in
from connectors.kit.bilingual import Bilingual
from connectors.tax.records import Nop
from connectors.tax.requests import TaxKind
from resolvers.kit.context import Context
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.tax import objects, papers
from resolvers.tax.policies import DEED, TAXPAYER


async def _bill(ctx: Context, code: str) -> object | None:
    nop, _slash, year = code.partition("/")
    return await objects.tax_bill(ctx, Nop(nop), int(year))


async def _request(ctx: Context, code: str) -> object | None:
    of, _slash, number = code.partition("/")
    return await papers.tax_service_request(None, ctx, of=TaxKind(of), number=number)


DOMAIN = ResolverDomain(
    title=Bilingual(id="Pajak", en="Taxes"),
    about=Bilingual(
        id="Tagihan PBB dan tunggakannya, BPHTB, permohonan layanan pajak, dan retribusi.",
        en="Bills of property tax and their arrears, BPHTB, requests to the tax office, and retributions.",
    ),
    nodes={
        objects.TaxObject: NodeKind(
            "TaxObject",
            lambda ctx, code: objects.tax_object(None, ctx, nop=Nop(code)),
            lambda root, _: root.nop.digits,
            covered=True,
        ),
        objects.TaxBill: NodeKind("TaxBill", _bill, lambda root, _: f"{root.nop.digits}/{root.year}", covered=True),
        papers.BphtbDeed: NodeKind(
            "BphtbDeed",
            lambda ctx, code: papers.bphtb_deed(None, ctx, number=code),
            lambda root, _: root.number,
            policy=signed_in,
            covered=True,
        ),
        papers.TaxServiceRequest: NodeKind(
            "TaxServiceRequest", _request, lambda root, _: f"{root.of.value}/{root.number}", covered=True
        ),
        papers.RetributionBill: NodeKind(
            "RetributionBill", lambda ctx, code: papers.retribution_bill(None, ctx, billing_code=code), covered=True
        ),
    },
    categories=(DEED, TAXPAYER),
)
