"""A third party with an idea and without a word from anybody: from the first page to an app that is told of a change.

Commands, queries and the app are taken from the pages of the hub and of docs/, and run as they stand there.
"""

import asyncio
import json
import re
import sys
from contextlib import asynccontextmanager

import pytest

from tests.conftest import ROOT
from tests.page.browser import PHONE, WIDE
from tests.profiles import CITY_NAME, KECAMATAN
from tests.trials.place import blocks_of
from tests.with_hub import free_port

pytestmark = pytest.mark.soak

PICTURES = ROOT / ".simpul" / "pages"
PAGES = (
    "/",
    "/docs",
    "/docs/first-app",
    "/docs/beds",
    "/docs/queries",
    "/keys",
    "/terms",
    "/changelog",
    "/status",
    "/no",
)
CODE = "[...document.querySelectorAll('main pre')].map((each) => each.textContent)"
SAID = "document.querySelector('main').innerText"
ARRIVED = (
    "location.pathname.startsWith('/keys') && document.readyState === 'complete' && !!document.querySelector('main')"
)
DEAR = "{ venues(first: 100) { nodes { name slots(first: 100) { nodes { startsAt price } } } } }"
QUOTA = 3_000


def ready(name):
    """A ready document."""
    return (ROOT / "docs" / "queries" / f"{name}.graphql").read_text(encoding="utf-8")


async def sign_in(page, account="Warga Contoh 1"):
    """At the provider, as somebody who does not exist, and back on the page of keys."""
    await page.until(f"location.pathname.includes('identity') && document.body.innerText.includes('{account}')")
    await page.value(f"[...document.links].find((each) => each.innerText === '{account}').click()")
    await page.until(ARRIVED)
    return await page.value(SAID)


async def press(page, name):
    """A button, by what it says."""
    await page.until(f"[...document.querySelectorAll('button')].some((each) => each.innerText === '{name}')")
    await page.value(f"[...document.querySelectorAll('button')].find((each) => each.innerText === '{name}').click()")


async def shot(page, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.shot(PICTURES / f"trial-{name}.png")


@asynccontextmanager
async def served(folder, command):
    """The folder of an app, by the command that the page gives, at a free port; the value is its origin."""
    port = str(free_port())
    program, *given = command.replace("5173", port).split()
    assert (program, port in given) == ("python3", True)
    nobody = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(sys.executable, *given, cwd=folder, stdout=nobody, stderr=nobody)
    try:
        async with asyncio.timeout(30):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", int(port))
                    break
                except OSError:
                    await asyncio.sleep(0.05)
        writer.close()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


def left(answer):
    """What is left of the quota after this answer."""
    policy, counted = answer.headers["ratelimit-policy"], answer.headers["ratelimit"]
    assert policy == f'"cost";q={QUOTA};w=60'
    return int(re.fullmatch(r'"cost";r=(\d+);t=\d+', counted)[1])


async def ask_for_a_key(place, page, origin):
    """On the page: first with a mistake, which is told beside its field, and then as it should be."""
    await page.open(f"{place.hub}/keys", language="en")
    for field, text in {"app": "Jam Buka", "purpose": "Opening hours", "contact": "tim@kantor.example"}.items():
        await page.write(f"#{field}", text)
    await page.write("#origins", f"{origin}/")
    await press(page, "Sign in and send the request")
    said = await sign_in(page)
    assert "It did not work. Code of the app: lower-case words joined by dashes." in said
    assert await page.value("document.activeElement.id") == "app"
    await page.value("document.querySelector('#app').value = ''")
    await page.write("#app", "jam-buka")
    await press(page, "Sign in and send the request")
    said = await sign_in(page)
    assert "The request for jam-buka was sent. Come back to this page to see the decision." in said
    assert f"pages of {origin}" in said
    assert "An administrator has not decided yet." in said
    await shot(page, "keys-asked")


async def decide(place, asked_in_the_graph):
    """As an administrator, with the ready documents: one request is granted, the other refused."""
    admin = {"authorization": f"Bearer {await place.token('admin')}"}
    requests = (await place.ask(ready("api-key-requests"), **admin)).body["data"]["apiKeyRequests"]["nodes"]
    assert {each["app"]: each["state"] for each in requests} == {"jam-buka": "ASKED", "jadwal": "ASKED"}
    code = {each["app"]: each["code"] for each in requests}
    assert code["jadwal"] == asked_in_the_graph
    granted = await place.ask(ready("grant-api-key"), {"code": code["jam-buka"], "quota": QUOTA}, **admin)
    assert granted.body["data"]["grantApiKey"]["state"] == "GRANTED"
    refusal = {"code": code["jadwal"], "reason": "The library tells that itself"}
    refused = await place.ask(ready("refuse-api-key"), refusal, **admin)
    assert refused.body["data"]["refuseApiKey"]["state"] == "REFUSED"
    return code["jam-buka"]


async def collect(place, page, code):
    """The key, once: whoever asks again is told why there is none."""
    await page.open(f"{place.hub}/keys", language="en")
    await press(page, "Sign in and see my requests")
    said = await sign_in(page)
    assert "Refused: The library tells that itself" in said
    assert "Granted: collect the key." in said
    await press(page, "Sign in and collect the key")
    said = await sign_in(page)
    assert "It is shown only now; keep it in a safe place." in said
    assert "Quota: 3,000 units a minute · valid until " in said
    await shot(page, "keys-collected")
    key, (command,) = await page.value("document.querySelector('code.key').innerText"), await page.value(CODE)
    again = blocks_of("docs/keys.md", "Ask for a key")[1].text.replace("3f9a0c71d2e4", code)
    told = {
        "citizen": ("KEY_NOT_TO_COLLECT", "This key is not granted, or it was collected already. A lost key is replaced with rotateApiKey."),
        "neighbour": ("NOT_FOUND", "There is no request for a key with this code."),
    }  # fmt: skip
    for account, (error, message) in told.items():
        answer = await place.ask(again, authorization=f"Bearer {await place.token(account)}")
        (problem,) = answer.body["errors"]
        assert (problem["extensions"]["code"], problem["message"]) == (error, message)
        assert key not in json.dumps(answer.body)
    own = json.loads(await place.run(command))["data"]["app"]
    assert own == {"code": "jam-buka", "quota": QUOTA, "spentThisMinute": own["spentThisMinute"]}
    assert own["spentThisMinute"] > 0
    return key


async def spend(place, key):
    """The quota goes down by what each answer has cost, and what can never be paid is told as such."""
    (command,) = (block.text for block in blocks_of("docs/keys.md", "Use it"))
    own = json.loads(await place.run(command, KEY=key))["data"]["app"]
    assert (own["code"], own["quota"]) == ("jam-buka", QUOTA)
    question, before, after = "{ app { quota spentThisMinute } }", 0, QUOTA
    while after > before:  # the minute may change between two questions
        first, second = [await place.ask(question, x_api_key=key) for _ in range(2)]
        before, after = left(first), left(second)
    assert after == before - int(second.headers["simpul-cost"])
    assert second.body["data"]["app"] == {"quota": QUOTA, "spentThisMinute": QUOTA - after}
    dear = await place.ask(DEAR, x_api_key=key)
    (error,) = dear.body["errors"]
    assert error["extensions"] == {"code": "COST_EXCEEDS_QUOTA", "cost": 40_600, "quota": QUOTA}
    assert error["message"] == (
        "This document costs up to 40600, and your minute allows 3000. "
        "To wait does not help: ask for less at once, or for a larger quota."
    )
    while (last := await place.ask(question, x_api_key=key)).status == 200:
        pass
    assert (last.status, last.headers["retry-after"]) == (429, "60")
    assert last.body["errors"][0]["extensions"]["code"] == "QUOTA_EXCEEDED"


async def shown(page, origin, language="en"):
    """What the app shows once it has an answer."""
    await page.open(origin, language=language)
    return (await page.until("document.querySelector('pre').innerText")).splitlines()


async def refused_elsewhere(place, page, key, folder, command):
    """The same page at another origin has no answer, and whoever sends the key from there is told why."""
    page.complained.clear()
    async with served(folder, command) as origin:
        await page.open(origin, language="en")
        async with asyncio.timeout(60):
            while not any("CORS policy" in each for each in page.complained):
                await page.do("Runtime.evaluate", expression="0")
                await asyncio.sleep(0.02)
        assert await page.value("document.querySelector('h1').innerText") == "No answer yet"
        answer = await place.ask("{ city { name } }", x_api_key=key, origin=origin)
    assert (answer.status, answer.body["errors"][0]["extensions"]["code"]) == (403, "ORIGIN_NOT_ALLOWED")
    page.complained.clear()


def give_up(place):
    """A later version of the hub, which gives up a field that the app uses."""
    file = place.copy / "schema" / "regions" / "regions.py"
    text, line = (
        file.read_text(encoding="utf-8"),
        '    name: str = field("Its name.")\n    area: float = field("Its area (luas) in km².")\n    kind',
    )
    assert text.count(line) == 1
    deprecated = 'Deprecation(since=date(2026, 11, 1), until=date(2027, 5, 31), instead="City.code")'
    text = text.replace(line, line.replace('"Its name."', f'"Its name.", deprecated={deprecated}'))
    above = "from datetime import date\n\nfrom resolvers.kit.deprecation import Deprecation\n"
    file.write_text(text.replace("from auth.policies", f"{above}from auth.policies", 1), encoding="utf-8")


async def told_of_the_change(place, page, key, origin):
    """In the answer, in its headers, in the schema, on the pages, and in what the app sees of itself."""
    lines = await shown(page, origin)
    assert "City.name works until 2027-05-31" in lines
    answer = await place.ask("{ city { name } }", x_api_key=key)
    assert answer.body["extensions"]["deprecations"] == [
        {"coordinate": "City.name", "since": "2026-11-01", "until": "2027-05-31", "instead": "City.code"}
    ]
    assert answer.headers["deprecation"] == "@1793491200"
    assert answer.headers["sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    (documented,) = re.findall(r"@deprecated\(.*?\)", blocks_of("docs/keys.md", "Before a field is given up")[0].text)
    schema = await place.send("GET", "/schema.graphql", headers={"x-api-key": key})
    assert f"name: String! {documented.replace('City.name', 'City.code')}" in schema.body
    await page.open(f"{place.hub}/changelog", language="en")
    said = await page.value(SAID)
    assert re.search(r"Will be removed\s+City\.name", said), said
    await shot(page, "changelog")
    uses = []
    async with asyncio.timeout(60):
        while not uses:
            own = await place.ask(ready("my-app"), x_api_key=key)
            if own.status == 200:  # the minute's quota is small
                uses = own.body["data"]["app"]["fieldUses"]["nodes"]
            await asyncio.sleep(1)
    (use,) = uses
    assert use.pop("count") >= 2
    assert re.fullmatch(r"2\d{3}-\d\d-\d\d", use.pop("lastUsedOn"))
    assert use == {
        "coordinate": "City.name",
        "deprecatedOn": "2026-11-01",
        "worksUntilDay": "2027-05-31",
        "replacement": "City.code",
    }


async def test_a_stranger_has_an_app_that_is_told_of_a_change(place, page, new_postgres_url, tmp_path):
    place.environ["SIMPUL_STORE_URL"] = new_postgres_url
    start = blocks_of("README.md", "Start")[0].text.splitlines()[0].partition("#")[0]
    documented, command = (block.text.strip() for block in blocks_of("docs/clients.md", "A first app"))
    app = tmp_path / "app"
    app.mkdir()
    async with served(app, command) as origin:
        async with place.running(start):
            await page.open(place.hub, language="en")
            (first,) = await page.value(CODE)
            answer = json.loads(await place.run(first))
            assert answer["data"]["city"] == {"name": CITY_NAME}
            assert len(answer["data"]["agencies"]["nodes"]) == 3
            await page.value("[...document.links].find((each) => each.innerText === 'Build a first app').click()")
            await page.until("location.pathname === '/docs/first-app' && document.readyState === 'complete'")
            assert "name the origin http://127.0.0.1:5173" in await page.value(SAID)
            html, served_by = await page.value(CODE)
            assert (html, served_by) == (place.here(documented), command)
            await ask_for_a_key(place, page, origin)
            asking = blocks_of("docs/keys.md", "Ask for a key")[0].text
            asked = await place.ask(asking, authorization=f"Bearer {await place.token('citizen')}")
            assert asked.body["data"]["requestApiKey"]["state"] == "ASKED"
            code = await decide(place, asked.body["data"]["requestApiKey"]["code"])
            key = await collect(place, page, code)
            assert html.count("YOUR-KEY") == 1
            (app / "index.html").write_text(html.replace("YOUR-KEY", key), encoding="utf-8")
            page.complained.clear()  # the browser says itself that the form with a mistake was answered with 400
            lines = await shown(page, origin)
            assert await page.value("document.querySelector('h1').innerText") == CITY_NAME
            assert (len(lines), lines[0]) == (6, f"{KECAMATAN[0].name}: {KECAMATAN[0].area} km²")
            assert re.fullmatch(r"Left of the minute's quota: [12]\d{3}", lines[-1])
            assert [each for each in page.complained if "404" not in each] == []  # the app has no icon
            await shot(page, "first-app")
            await refused_elsewhere(place, page, key, app, command)
            await spend(place, key)
        give_up(place)
        async with place.running(start):
            await told_of_the_change(place, page, key, origin)
    assert key not in place.log.read_text(encoding="utf-8")


async def test_each_page_fits_each_screen_in_light_and_dark_and_in_both_languages(place, page):
    async with place.running("make run"):
        for path in PAGES:
            for size, dark, language in [
                (WIDE, False, "id"),
                (WIDE, True, "en"),
                (PHONE, False, "en"),
                (PHONE, True, "id"),
            ]:
                await page.open(f"{place.hub}{path}", size, dark=dark, language=language)
                at = (path, size, dark, language)
                assert await page.value("document.documentElement.scrollWidth <= innerWidth"), at
                assert await page.value("document.documentElement.lang") == language, at
                colour = await page.value("getComputedStyle(document.body).backgroundColor")
                assert (sum(map(int, re.findall(r"\d+", colour)[:3])) < 200) is dark, at
                screen = f"{'phone' if size == PHONE else 'wide'}-{'dark' if dark else 'light'}-{language}"
                await shot(page, f"{path.strip('/').replace('/', '-') or 'first'}-{screen}")
    assert all("404" in each for each in page.complained)
