"""Everybody who can ask, and the keys by which apps do."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from auth.caller import Audience

ASKING = tuple(Audience)

CREATE = """
mutation Create(
  $app: String!, $label: String!, $scopes: [ApiScope!], $quota: Int, $origins: [String!], $expiresAt: DateTime
) {
  createApiKey(app: $app, label: $label, scopes: $scopes, quota: $quota, origins: $origins, expiresAt: $expiresAt) {
    key
    apiKey { code app label scopes quota origins createdAt createdBy expiresAt revokedAt }
  }
}
"""


@pytest.fixture
def create_key(hub, headers_of) -> Callable[..., Awaitable[dict[str, Any]]]:
    """What an administrator is answered who makes a key."""

    async def create(app="notaris", label="Tests", **wanted):
        made = await hub.ask(CREATE, {"app": app, "label": label, **wanted}, **headers_of(Audience.ADMIN))
        return made.get("data", {}).get("createApiKey") or made

    return create
