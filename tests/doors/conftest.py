"""A hub with trusted documents, which its other doors offer."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import pytest

from auth.caller import Audience
from engine.configuration.model import Configuration
from sandbox.server import Sandbox
from sandbox.sign_in import sign_in
from tests.answers.asking import BYTES
from tests.conftest import ACCOUNTS, ROOT, Hub, listening

MANIFEST = ROOT / "docs" / "queries" / "manifest.json"
TRUSTED = json.loads(MANIFEST.read_text(encoding="utf-8"))["operations"]


def name_of(operation: str) -> str:
    """By what doors offer a document, from the name of its operation."""
    return "-".join(re.findall(r"[A-Z][a-z]*", operation)).lower()


IDS = {name_of(each["name"]): each["id"] for each in TRUSTED}
KINDS = {name_of(each["name"]): each["type"] for each in TRUSTED}


class Reply(NamedTuple):
    """One answer as it came."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        """Decoded."""
        return json.loads(self.body)


@pytest.fixture
async def doors(configuration: Configuration, clock: Any, store_url: str) -> AsyncIterator[Hub]:
    async with listening(
        configuration,
        clock,
        store_url=store_url,
        trusted_documents=MANIFEST,
        trust="enforce",
        answer_bytes=BYTES,
        wire=True,
    ) as hub:
        yield hub


@pytest.fixture
def ask(doors: Hub) -> Callable[..., Awaitable[Reply]]:
    """A request to the hub; header names are written with underscores."""

    async def send(
        method: str, path: str, *, accept: str | None = None, who: dict[str, str] | None = None, **given: Any
    ) -> Reply:
        headers = {"Accept-Encoding": "identity"} | ({"Accept": accept} if accept else {}) | (who or {})
        headers |= given.pop("headers", {})
        async with doors.session.request(
            method, f"{doors.url}{path}", headers=headers, allow_redirects=False, **given
        ) as came:
            return Reply(came.status, came.headers, await came.read())

    return send


@pytest.fixture
def signed_in(
    sandbox: Sandbox, headers_of: Callable[[Audience], dict[str, str]]
) -> Callable[..., Awaitable[dict[str, str]]]:
    """The headers of somebody who has signed in just now, once for each account; of an app, those with its key."""
    known: dict[str, dict[str, str]] = {}

    async def of(audience: Audience, account: str = "") -> dict[str, str]:
        if audience in (Audience.PUBLIC, Audience.PARTNER):
            return headers_of(audience)
        name = account or ACCOUNTS[audience]
        if name not in known:
            token = await asyncio.to_thread(sign_in, f"{sandbox.url}/identity", name)
            known[name] = {"Authorization": f"Bearer {token}"}
        return known[name]

    return of
