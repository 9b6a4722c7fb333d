"""Tokens of the sandbox's people, and somebody of each audience who asks."""

import pytest

from auth.caller import Audience
from sandbox.issuer import issuer_of

ACCOUNT = {Audience.CITIZEN: "citizen", Audience.OFFICER: "officer", Audience.ADMIN: "admin"}
ASKING = (Audience.PUBLIC, *ACCOUNT)
"""PARTNER comes with keys for apps."""


@pytest.fixture
def headers_of(sandbox, clock):
    """The headers by which somebody of this audience asks."""

    def headers(audience):
        if audience is Audience.PUBLIC:
            return {}
        token = issuer_of(sandbox.control).token(ACCOUNT[audience], f"{sandbox.url}/identity", clock.now())
        return {"Authorization": f"Bearer {token}"}

    return headers
