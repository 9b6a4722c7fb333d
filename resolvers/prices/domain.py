"""Markets and commodities, and how each is found again by its id."""

from connectors.kit.bilingual import Bilingual
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.prices import commodities, markets
from resolvers.prices.commodity_rules import KnownCommodity
from resolvers.prices.markets import SurveyedMarket

DOMAIN = ResolverDomain(
    title=Bilingual(id="Harga pasar", en="Market prices"),
    about=Bilingual(
        id="Pasar dan harga komoditas: hari ini, dari waktu ke waktu, dan di mana yang termurah.",
        en="Markets and prices of commodities: of today, over time, and where they are cheapest.",
    ),
    nodes={
        SurveyedMarket: NodeKind("Market", lambda ctx, code: markets.market(None, ctx, code=code)),
        KnownCommodity: NodeKind("Commodity", lambda ctx, code: commodities.commodity(None, ctx, code=code)),
    },
)
