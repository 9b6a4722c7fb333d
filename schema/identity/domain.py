"""The root types of the account."""

from connectors.identity.records import Identity
from schema.identity.account import IdentityMutation, IdentityQuery, IdentitySubscription
from schema.identity.audit import AuditQuery
from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain(
    queries={IdentityQuery: Identity, AuditQuery: None},
    mutations=(IdentityMutation,),
    subscriptions=(IdentitySubscription,),
)
