"""How the tests of kept answers ask, and what they count."""

import hashlib
import json
from typing import Any, NamedTuple

from engine.answers.answers import Answers
from tests.conftest import Hub

BYTES = 64_000_000


class Answer(NamedTuple):
    """One answer as it came."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        """Decoded."""
        return json.loads(self.body)


async def post(hub: Hub, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Answer:
    """The answer to a document by POST, as its bytes came."""
    return await sent(hub, "POST", headers, json={"query": query, "variables": variables})


def persisted(query: str) -> dict[str, Any]:
    """By what a document is named."""
    return {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}


def named(query: str) -> dict[str, str]:
    """The parameters of a GET for a document that is named by its hash."""
    return {"extensions": json.dumps(persisted(query))}


async def get(hub: Hub, query: str, **headers: str) -> Answer:
    """The answer by GET to a document that is named by its hash."""
    return await sent(hub, "GET", headers, params=named(query))


async def teach(hub: Hub, query: str) -> None:
    """Have the hub know a document by its hash."""
    answer = await sent(hub, "POST", {}, json={"query": query, "extensions": persisted(query)})
    assert answer.status == 200


async def sent(hub: Hub, method: str, headers: dict[str, str], **given: Any) -> Answer:
    """A request with these headers; without `Accept_Encoding` the body comes as it is."""
    named = {"Accept-Encoding": "identity"} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with hub.session.request(
        method, f"{hub.url}/graphql", headers=named, skip_auto_headers=["Accept"], auto_decompress=False, **given
    ) as response:
        return Answer(response.status, response.headers, await response.read())


def counted(hub: Hub) -> dict[tuple[str, str], int]:
    """How many questions ended how, and why."""
    answers: Answers = hub.state.answers
    return {
        (each.labels["outcome"], each.labels["reason"]): int(each.value)
        for metric in answers.metrics.registry.collect()
        for each in metric.samples
        if each.name == "simpul_answers_total" and each.value
    }
