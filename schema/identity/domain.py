"""The root types of the account."""

from connectors.identity.records import Identity
from schema.identity.account import IdentityMutation, IdentityQuery, IdentitySubscription
from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain(
    queries={IdentityQuery: Identity}, mutations=(IdentityMutation,), subscriptions=(IdentitySubscription,)
)
