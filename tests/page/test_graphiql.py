"""GraphiQL in a real browser: `make test-page`, which also leaves pictures in .simpul/pages."""

import json
import shutil
import subprocess

import pytest

from engine.pages.graphiql.page import ASSETS
from tests.conftest import ROOT
from tests.page.browser import CHROMIUM, PHONE, WIDE, browsing

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here"),
    # The browser goes while the hub answers; what has not begun then is not awaited, as in graphql-core.
    pytest.mark.filterwarnings("ignore:coroutine 'GrowingList.in_turn' was never awaited"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PICTURES = ROOT / ".simpul" / "pages"
ANSWER = "document.querySelector('.graphiql-response').innerText"
EDITOR = "document.querySelector('.graphiql-query-editor .view-lines')?.innerText.replaceAll('\\u00a0', ' ')"

VARIABLES = "document.querySelector('.graphiql-editor-tool .view-lines').innerText"
AT_ONCE = """
const documents = document.querySelector('#documents');
Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(documents, 'commodities');
documents.dispatchEvent(new Event('change', { bubbles: true }));
document.querySelector('.graphiql-execute-button').click();
"""
"""Choose a document, and press the button in the same turn."""


@pytest.fixture
async def page(tmp_path, hub):
    """A tab; the hub answers it to its end."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with browsing(tmp_path / "profile") as found:
        yield found
    assert found.complained == []


async def shown(page, hub, *given, **named):
    """The page, once its editor is there."""
    await page.open(f"{hub.url}/graphql", *given, **named)
    await page.until(f"({EDITOR})?.includes('CityAtAGlance')")


async def test_the_city_at_a_glance_runs_and_nothing_is_asked_of_anybody_else(page, hub):
    await shown(page, hub)
    await page.click(".graphiql-execute-button")
    await page.until(f"{ANSWER}.includes('hospitals')")
    assert {each.split("/")[2] for each in page.asked if not each.startswith(("data:", "blob:"))} == {
        hub.url.removeprefix("http://")
    }
    await page.shot(PICTURES / "graphiql-wide.png")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_it_fits_each_screen_in_light_and_dark(page, hub, size, dark):
    await shown(page, hub, size, dark=dark, language="en")
    assert await page.value("document.documentElement.scrollWidth <= innerWidth")
    if size == WIDE:
        assert await page.value("document.documentElement.clientWidth === innerWidth")  # nothing to scroll
    assert await page.value("document.documentElement.lang") == "en"
    colour = await page.value("getComputedStyle(document.querySelector('#root')).getPropertyValue('--bar').trim()")
    assert (colour == "#212a3b") is dark
    await page.shot(PICTURES / f"graphiql-{'phone' if size == PHONE else 'wide'}-{'dark' if dark else 'light'}.png")


async def test_the_language_is_that_of_the_browser_until_another_is_chosen(page, hub):
    await shown(page, hub, language="id-ID")
    assert await page.value("document.querySelector('#sign').innerText") == "Masuk"
    await page.choose("#language", "en")
    assert await page.until("document.querySelector('#sign').innerText === 'Sign in'")
    await shown(page, hub, language="id-ID")
    assert await page.value("document.querySelector('#sign').innerText") == "Sign in"


async def test_a_document_opens_in_a_tab_of_its_own_by_its_title(page, hub):
    await shown(page, hub)
    titles = await page.value("[...document.querySelectorAll('#documents option')].map((each) => each.innerText)")
    assert "Which hospitals lie in this kecamatan, and what is free there?" in titles
    await page.until("!document.querySelector('#documents').disabled")
    await page.choose("#documents", "hospitals-by-kecamatan")
    await page.until(f"({EDITOR})?.includes('HospitalsByKecamatan')")
    assert await page.value("document.querySelectorAll('.graphiql-tab').length") == 2
    await page.until(f"({VARIABLES}).includes('kecamatan')")
    await page.until("document.querySelector('.graphiql-tab-active').innerText.includes('HospitalsByKecamatan')")
    await page.click(".graphiql-execute-button")
    await page.until(f"{ANSWER}.includes('kecamatan')")


async def test_a_document_runs_in_the_moment_in_which_it_was_chosen(page, hub):
    """GraphiQL itself looks at it half a second later."""
    await shown(page, hub)
    await page.until("!document.querySelector('#documents').disabled")
    await page.value(AT_ONCE)
    await page.until(f"{ANSWER}.includes('commodities')")
    assert '"errors"' not in await page.value(ANSWER)


async def test_what_was_written_is_there_again(page, hub):
    await shown(page, hub)
    await page.until(f"({VARIABLES}).includes('nop')")
    await page.choose("#documents", "commodities")
    await page.until("document.querySelector('.graphiql-tab-active').innerText.includes('Commodities')")
    kept = "JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}').tabs?.[1]?.query?.includes('Commodities')"
    await page.until(f"{kept} && !localStorage.getItem('graphiql:variables')")
    await page.open(f"{hub.url}/graphql")
    await page.until(f"({EDITOR})?.includes('query Commodities')")
    assert await page.value("document.querySelectorAll('.graphiql-tab').length") == 2
    assert "nop" not in await page.value(VARIABLES)


async def test_a_document_is_named_by_the_address(page, hub):
    await page.open(f"{hub.url}/graphql?document=commodities")
    await page.until(f"({EDITOR})?.includes('query Commodities')")
    assert await page.value("location.search") == ""


async def test_whoever_signs_in_is_told_who_they_are_and_when_it_has_ended(page, hub, clock):
    await shown(page, hub)
    await page.click("#sign")
    await page.until("location.pathname.includes('/identity')")
    await page.shot(PICTURES / "provider.png")
    await page.click("button, a[href*=code]")
    assert await page.until("document.querySelector('#audience')?.innerText") == "CITIZEN"
    await page.value("sessionStorage.setItem('simpul:token', 'ended')")
    await page.click(".graphiql-execute-button")
    told = await page.until("document.querySelector('#told')?.innerText")
    assert told.startswith("Waktu masuk Anda sudah habis.")
    assert await page.value("sessionStorage.getItem('simpul:token')") is None
    page.complained.clear()  # the browser says itself that an answer was 401


async def test_a_key_a_purpose_and_a_case_go_with_each_question(page, hub):
    await shown(page, hub)
    await page.click("#who summary")
    for name, text in {"key": "none-such", "purpose": "pelayanan-pajak", "case": "A-1"}.items():
        await page.write(f"#who input[name={name}]", text)
    await page.shot(PICTURES / "graphiql-who.png")
    await page.click(".graphiql-execute-button")
    await page.until(f"{ANSWER}.includes('UNAUTHENTICATED')")
    page.complained.clear()


async def test_a_subscription_shows_what_comes(page, hub):
    await shown(page, hub)
    await page.choose("#documents", "bed-changes")
    await page.until("document.querySelector('.graphiql-tab-active').innerText.includes('BedChanges')")
    await page.click(".graphiql-execute-button")
    await page.until(f"{ANSWER}.includes('hospitalBeds')")


async def test_the_provider_may_be_down(page, hub):
    await shown(page, hub)
    hidden = json.dumps("/.well-known/")
    await page.value(
        f"(() => {{ const real = fetch; window.fetch = (url, ...more) =>"
        f" String(url).includes({hidden}) ? Promise.reject(new TypeError()) : real(url, ...more); }})()"
    )
    await page.click("#sign")
    told = await page.until("document.querySelector('#told')?.innerText")
    assert told.startswith("Penyedia identitas tidak menjawab.")


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed here")
def test_what_is_committed_is_what_the_source_makes(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ASSETS.parent / "source", source, ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run(["npm", "ci", "--silent"], cwd=source, check=True)
    subprocess.run(["node", "build.mjs", tmp_path / "made"], cwd=source, check=True)
    made = {path.name: path.read_bytes() for path in (tmp_path / "made").iterdir()}
    assert made == {path.name: path.read_bytes() for path in ASSETS.iterdir()}
