"""docs/doors.md: what it tells to run answers what stands there. docs/id/doors.md has the same commands."""

import asyncio
import json
import re

from engine.doors.problems import status_of_code
from tests.answers.asking import BYTES
from tests.conftest import ROOT, listening
from tests.doors.conftest import MANIFEST

TEXT = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def holds(answer, shown):
    """Whether all that is shown stands in the answer."""
    if isinstance(shown, dict):
        return isinstance(answer, dict) and all(
            key in answer and holds(answer[key], each) for key, each in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(answer, list) and len(answer) == len(shown) and all(map(holds, answer, shown))
    return answer == shown


async def test_each_recipe_answers_what_stands_there(configuration, clock, store_url):
    begin, *found = BLOCK.findall(TEXT)
    assert begin == ("sh", "SIMPUL_TRUSTED_DOCUMENTS=docs/queries/manifest.json make run\n")
    assert [name for name, _ in found] == ["sh", "json"] * 6
    settings = {"trusted_documents": MANIFEST, "federation": True, "answer_bytes": BYTES}
    async with listening(configuration, clock, store_url=store_url, **settings) as hub:
        for (_, command), (_, shown) in zip(found[::2], found[1::2], strict=True):
            here = command.replace("http://127.0.0.1:8000", hub.url)
            process = await asyncio.create_subprocess_exec("bash", "-ec", here, stdout=asyncio.subprocess.PIPE)
            said, _ = await process.communicate()
            answer = json.loads(said)
            assert holds(answer, json.loads(shown)), (command, said[:2_000])
            if "/rest/openapi.json" not in command and "errors" not in answer:
                assert "errors" not in json.dumps(answer)


def test_the_statuses_are_those_that_stand_there():
    rows = re.findall(r"^\| (\d{3}(?:, \d{3})*) \| (.*) \|$", TEXT, re.MULTILINE)
    assert len(rows) == 11
    for statuses, codes in rows:
        found = [status_of_code(code) for code in re.findall(r"`([A-Z_]{5,})`", codes)]
        assert found
        assert {*map(int, statuses.split(", "))} == {*found}
