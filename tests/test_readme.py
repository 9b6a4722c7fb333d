"""README.md: what it tells to run answers what stands there. docs/id/README.md has the same commands."""

import asyncio
import json
import re

from engine.pages.graphiql.examples import FIRST_EXAMPLE, QUERIES
from tests.conftest import ROOT
from tests.schema.documents import DOCUMENTS

README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(language):
    return [block for name, block in BLOCK.findall(README.read_text(encoding="utf-8")) if name == language]


def test_the_first_command_stands_on_the_first_screen_and_the_whole_is_short():
    lines = README.read_text(encoding="utf-8").splitlines()
    assert lines.index("```sh") < 20
    assert len(lines) <= 150


def test_the_query_shown_is_a_ready_document_and_the_one_that_graphiql_opens_with_is_named():
    ready = {path.read_text(encoding="utf-8") for path in QUERIES.glob("*.graphql")}
    (shown,) = blocks("graphql")
    assert shown in ready
    assert f"`{DOCUMENTS[FIRST_EXAMPLE].operation.name.value}`" in README.read_text(encoding="utf-8")


def without_moments(value):
    """Without what differs from run to run."""
    if isinstance(value, dict):
        return {name: without_moments(each) for name, each in value.items() if name not in {"fetchedAt", "closesAt"}}
    return [without_moments(each) for each in value] if isinstance(value, list) else value


async def test_the_first_query_answers_what_stands_there(hub):
    """Ids of what is personal are made under the hub's own secret, so another hub gives others."""
    (query,), (answered, *_) = blocks("graphql"), blocks("json")
    variables = DOCUMENTS["three-questions"].variables
    assert f"`{variables['nop']}`" in README.read_text(encoding="utf-8")
    answer, shown = await hub.ask(query, variables), json.loads(answered)
    for each in (answer, shown):
        del each["data"]["taxObject"]["id"], each["data"]["internships"]["nodes"][0]["id"]
    assert without_moments(answer["data"]) == without_moments(shown["data"])
    assert len(answer["extensions"]["sources"]) == 16
    (source,) = shown["extensions"]["sources"]
    assert [each for each in answer["extensions"]["sources"] if source.items() <= each.items()] != []


async def test_try_it_does_what_it_says(hub, sandbox):
    tried = README.read_text(encoding="utf-8").partition("\n## Try it")[2].partition("\n## ")[0]
    found = BLOCK.findall(tried)
    assert [name for name, _ in found] == ["sh", "json", "sh", "json"]
    for (_, commands), (_, answered) in zip(found[::2], found[1::2], strict=True):
        here = commands.replace("http://127.0.0.1:8000", hub.url).replace("http://127.0.0.1:8100", sandbox.url)
        here = here.replace("127.0.0.1:8000", hub.url).replace("127.0.0.1:8100", sandbox.url)
        process = await asyncio.create_subprocess_exec("bash", "-ec", here, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        assert process.returncode == 0
        answer = json.loads(said)
        del answer["extensions"]
        assert answer == json.loads(answered)
