"""A second city: by docs/adopting.md from nothing to a first page of its own, which is looked at in a browser."""

import asyncio
import hashlib
import re
from contextlib import asynccontextmanager

import pytest

from tests.conftest import ROOT
from tests.page.browser import PHONE, WIDE
from tests.trials.place import blocks_of

pytestmark = pytest.mark.soak

PICTURES = ROOT / ".simpul" / "pages"
LOOKS = [(WIDE, False, "en"), (WIDE, True, "id"), (PHONE, False, "id"), (PHONE, True, "en")]
SAID = {
    "en": ("Data and services of {} at one address", "Not connected here yet:"),
    "id": ("Data dan layanan {} dari satu alamat", "Belum terhubung di sini:"),
}
EDITOR = "document.querySelector('.graphiql-query-editor .view-lines')?.innerText.replaceAll('\\u00a0', ' ')"
VARIABLES = "document.querySelector('.graphiql-editor-tool .view-lines')?.innerText"
ANSWER = "document.querySelector('.graphiql-response').innerText.replaceAll('\\u00a0', ' ')"
SETTING = re.compile(r"(SIMPUL_\w+)=(\S+) ")


def digests(folder):
    """What stands in a folder."""
    return {str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}


@pytest.fixture
def reader(place, tmp_path):
    """Somebody with an empty home, who follows the page in the folder of the source."""
    place.environ |= {"HOME": str(tmp_path), "SIMPUL_HEADS": ""}
    return place


async def written(reader):
    """All of the page up to its first page: the folder of the city with its two agencies, and the sandbox for one of them."""
    new, check, *others, run, _ask = [each.text for each in blocks_of("docs/adopting.md") if each.language == "sh"]
    assert "city new" in new
    await reader.run(new)
    await reader.run(check, fails=True)  # something is left to fill in
    for block in others:
        lines = [line for line in block.splitlines() if not line.endswith("&")]
        if "agencies check" not in block:  # that one asks the sandbox, which does not run yet
            await reader.run("\n".join(lines))
    return run.strip()


@asynccontextmanager
async def standing_in(reader):
    """The sandbox, which the page starts for one of the two agencies."""
    port = reader.ports["8100"]
    process = await asyncio.create_subprocess_exec(
        *(".venv/bin/python", "-m", "sandbox", "--port", port),
        cwd=reader.copy,
        env=reader.environ,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert port.encode() in await process.stdout.readline()
        yield
    finally:
        process.terminate()
        await process.communicate()


async def looked_at(page, hub, city, name):
    """Each page of the hub, on each screen, in both languages, by day and by night."""
    for size, dark, language in LOOKS:
        for path in ("/", "/docs", "/status", "/terms"):
            await page.open(f"{hub}{path}", size, dark=dark, language=language)
            assert await page.value("document.documentElement.scrollWidth <= innerWidth"), (path, size)
            assert await page.value("document.documentElement.lang") == language
            assert city in await page.value("document.title")
            assert await page.value("document.querySelector('header img').naturalWidth") > 0
            ground = await page.value("getComputedStyle(document.body).backgroundColor")
            assert (int(re.search(r"\d+", ground)[0]) < 128) is dark
            seen = f"{name}-{path.strip('/') or 'first'}-{'phone' if size == PHONE else 'wide'}-{language}.png"
            await page.shot(PICTURES / seen)


async def runs_the_first_tab(page, hub, document, variable, name):
    """GraphiQL opens with this document and its variables, and it answers without an error."""
    for size, dark, language in LOOKS[::3]:
        await page.open(f"{hub}/terms")  # away from the editor, which keeps what stands in it
        await page.value("localStorage.clear()")
        await page.open(f"{hub}/graphql", size, dark=dark, language=language)
        await page.until(f"({EDITOR})?.includes('query {document}')")
        await page.until(f"({VARIABLES})?.includes('{variable}')")
        await page.click(".graphiql-execute-button")
        answer = await page.until(f"/data|errors/.test({ANSWER}) && {ANSWER}")
        assert '"errors"' not in answer, answer
        await page.shot(PICTURES / f"{name}-graphiql-{'phone' if size == PHONE else 'wide'}-{language}.png")


async def test_a_city_of_ones_own_has_its_own_first_page(reader, page, tmp_path):
    PICTURES.mkdir(parents=True, exist_ok=True)
    run = (await written(reader)).removesuffix(" &")
    city, folder = "Kabupaten Umpama", tmp_path / "umpama"
    mine = digests(folder)
    assert mine.keys() == {"agencies.toml", "regions.csv", "logo.svg"}
    settings = {name: re.sub(r"~|\$HOME", str(tmp_path), value) for name, value in SETTING.findall(run)}
    async with standing_in(reader), reader.running(SETTING.sub("", run), **settings):
        said = await reader.run("SIMPUL_CITY=~/umpama .venv/bin/python server.py agencies check")
        assert [line.split()[:4] for line in said.splitlines() if "vacancies" in line] == [
            ["karirhub", "vacancies", "yes", "2"]
        ]
        await looked_at(page, reader.hub, city, "second-city")
        for language, (title, missing) in SAID.items():
            await page.open(f"{reader.hub}/", language=language)
            text = await page.value("document.body.innerText")
            assert title.format(city) in text
            assert missing in text
        await runs_the_first_tab(page, reader.hub, "Regions", "code", "second-city")
        # Every link that runs something is followed: what is offered is answered.
        runs = "[...document.querySelectorAll('a[href^=\"/graphql?query=\"]')].map((each) => each.href)"
        await page.open(f"{reader.hub}/", language="en")
        offered = await page.value(runs)
        assert len(offered) >= 9
        for each in offered:
            answer = await reader.send("GET", each.removeprefix(reader.hub))
            assert "errors" not in answer.body, each
    assert page.complained == []
    await reader.run(f"cd {ROOT} && .venv/bin/python server.py city check {folder}")  # as another version of the source
    assert digests(folder) == mine


async def test_a_mistake_in_a_table_is_told_with_its_line(reader, tmp_path):
    await written(reader)
    regions = tmp_path / "umpama" / "regions.csv"
    right = regions.read_text(encoding="utf-8")
    for old, new, line, told in (
        ("99.12.01.1001,kelurahan", "99.12.01.1001,keluraan", 4, "level: unknown;"),
        ("99.12.01.2001,desa", "99.12.03.2001,desa", 5, "kode_kemendagri: there is no row for 99.12.03,"),
        (",72.25", ',"72,25"', 6, "luas_km2: expected an area in km²"),
        ("99.12.02.2001,", "99.12.01.1001,", 7, "kode_kemendagri: 99.12.01.1001 stands twice, first on line 4"),
    ):
        regions.write_text(right.replace(old, new), encoding="utf-8")
        said = await reader.run(".venv/bin/python server.py city check ~/umpama 2>&1", fails=True)
        assert f"{regions}:{line}: {told}" in said
    regions.write_text(right, encoding="utf-8")
    assert await reader.run(".venv/bin/python server.py city check ~/umpama")


async def test_the_other_city_of_the_source_runs_by_its_name(place, page):
    """docs/sandbox.md: `CITY=kabupaten-contoh make run`."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    (named,) = re.findall(r"`CITY=(\S+) make run`", (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8"))
    async with place.running("make run", CITY=named, SIMPUL_QUERY_SECONDS="60"):
        answer = await place.ask("{ city { name kind } }")
        name = answer.body["data"]["city"]["name"]
        assert answer.body["data"]["city"] == {"name": "Kabupaten Contoh", "kind": "KABUPATEN"}
        await looked_at(page, place.hub, name, named)
        await runs_the_first_tab(page, place.hub, "CityAtAGlance", "nop", named)
        assert SAID["en"][1] not in await page.value(f"fetch('{place.hub}/?lang=en').then((answer) => answer.text())")
    assert page.complained == []
