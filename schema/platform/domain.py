"""The root types of the hub itself."""

from schema.identity.account import MeType
from schema.kit.domains import SchemaDomain
from schema.kit.node import NodeQuery
from schema.platform.access_policy import AccessQuery
from schema.platform.api_keys import ApiKeysMutation, ApiKeysQuery
from schema.platform.findings import FindingsQuery
from schema.platform.key_requests import KeyRequestsMutation, KeyRequestsQuery, MyKeys
from schema.platform.running import RunningQuery
from schema.platform.scorecards import ScorecardsQuery
from schema.platform.usage import UsageQuery

DOMAIN = SchemaDomain(
    queries={
        NodeQuery: None,
        AccessQuery: None,
        ApiKeysQuery: None,
        FindingsQuery: None,
        KeyRequestsQuery: None,
        RunningQuery: None,
        ScorecardsQuery: None,
        UsageQuery: None,
    },
    mutations=(ApiKeysMutation, KeyRequestsMutation),
    extensions={MeType: MyKeys},
)
