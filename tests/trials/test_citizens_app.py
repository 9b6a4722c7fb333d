"""The developer of a citizens' app: sign-in, booking and the cache right after it, by docs/clients.md and its recipes."""

import re
import shutil
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from tests.conftest import ROOT
from tests.page.browser import PHONE, WIDE
from tests.trials.place import blocks_of
from tests.with_hub import free_port

pytestmark = [pytest.mark.soak, pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed here")]

PICTURES = ROOT / ".simpul" / "pages"
CLIENTS = ROOT / "tests" / "clients"
APP = ROOT / "tests" / "trials" / "citizens_app"
VENUE, SYSTEM = "gor-contoh/17", "GOR Contoh"
BOOKINGS = {"HoldSlot", "ConfirmBooking", "CancelBooking", "MyBookings"}
"""The operations that read what somebody has booked: each is an entry of the record."""


def rows(section):
    return f"[...document.querySelectorAll('#{section} li')].map((each) => each.firstChild.textContent)"


def told(page):
    return page.value("document.querySelector('#told').innerText")


async def app_in(place, folder):
    """The app as its developer makes it: what is here, the recipes, the ready documents, the schema of those who sign in."""
    await place.run(f"cd {CLIENTS} && npm install --silent --no-package-lock")
    shutil.copytree(APP, folder)
    shutil.copytree(place.copy / "tests" / "clients" / "recipes", folder / "recipes")
    shutil.copytree(place.copy / "docs" / "queries", folder / "queries")
    (folder / "node_modules").symlink_to(CLIENTS / "node_modules")
    public = blocks_of("docs/clients.md", "Recipes")[0].text.splitlines()[0]
    await place.run(public.replace("public", "citizen").replace("> ", f"> {folder}/"))
    issuer = place.here(re.search(r"`(http://127.0.0.1:8100/identity)`", (ROOT / "docs" / "clients.md").read_text())[1])
    await place.run(f"cd {folder} && node build.mjs {place.hub} {issuer}")


@asynccontextmanager
async def served(folder, port):
    """The app at an origin of its own."""

    async def index(_request):
        return web.FileResponse(folder / "index.html")

    site = web.Application()
    site.router.add_get("/", index)
    site.router.add_static("/", folder)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def running(place, origin):
    """The hub and its sandbox, by the command of the page, for pages of this origin."""
    setting, command = blocks_of("docs/clients.md", "Recipes")[-1].text.strip().split(" ", 1)
    name, usual = setting.split("=")
    assert usual == "http://localhost:5173"
    return place.running(command, **{name: origin, "SIMPUL_QUERY_SECONDS": "60"})  # a busy machine decides nothing


async def control(place, method, path="", mode=None):
    """What docs/sandbox.md says: make an agency ill, make all well, or see the calls."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{place.sandbox}/_control{path}", json=mode and {"mode": mode}) as answer,
    ):
        assert answer.status in (200, 204)
        return await answer.json() if method == "GET" else None


class Screen:
    """The app in the browser, and what it did since it was last looked at."""

    def __init__(self, page, place):
        self.page, self.place = page, place
        self.personal = 0

    async def sign_in(self):
        await self.page.click("#sign")
        await self.page.click("a[href*='as=citizen']")
        await self.page.until("document.querySelector('#who')?.innerText.includes('CITIZEN')")
        await self.page.until("!!document.querySelector('#slots button')")

    async def choose(self):
        await self.page.choose("#venues", VENUE)
        await self.page.until("!!document.querySelector('#slots li')")

    async def press(self, section, word):
        """Press the first button of this name."""
        button = f"[...document.querySelectorAll('#{section} button')].find((each) => each.innerText === '{word}')"
        await self.page.until(f"!!{button}")
        await self.page.value(f"{button}.click()")

    async def answered(self, *expected):
        """Just these operations were answered since the last time."""
        await self.page.until(f"window.answered.length >= {len(expected)}")
        assert sorted(await self.page.value("window.answered.splice(0)")) == sorted(expected)
        self.personal += sum(each in BOOKINGS for each in expected)

    async def begins(self):
        """Whatever was answered until now is counted, and begins anew."""
        found = await self.page.value("window.answered.splice(0)")
        self.personal += sum(each in BOOKINGS for each in found)

    async def calls(self):
        """How often the venue's system was asked to hold, to confirm and to cancel."""
        calls = (await control(self.place, "GET", "/gor-contoh/hits"))["calls"]
        return [calls.get(each, 0) for each in ("C2", "B", "cancel")]

    def read(self, section):
        return self.page.value(rows(section))


async def test_a_citizen_books_in_the_app_and_each_screen_is_right_at_once(place, page, tmp_path):
    PICTURES.mkdir(parents=True, exist_ok=True)
    port, screen = free_port(), Screen(page, place)
    await app_in(place, tmp_path / "app")
    async with served(tmp_path / "app", port) as origin:
        async with running(place, origin):
            await page.open(f"{origin}/")
            await page.until("document.querySelector('#beds').innerText.includes('Contoh')")
            await page.until(f"{rows('slots')}.length")  # for all of this nobody has to sign in
            assert await page.value("document.querySelectorAll('#slots button').length") == 0
            await screen.sign_in()
            assert await page.value("document.querySelector('#who').innerText") == "CITIZEN 9907••••••••0001"
            assert (await page.value("location.search"), await screen.read("bookings")) == ("", [])
            await page.shot(PICTURES / "citizens-app.png")
            await books(screen)
            await sees_who_read(screen)
            await goes_on_without_an_agency(screen)
        async with running(place, origin):  # a token of the sandbox does not survive its restart
            await signs_in_again(screen)
        assert [each for each in page.complained if not re.search("40[14]", each)] == []


async def books(screen):
    await screen.choose()
    await screen.begins()
    await control(screen.place, "DELETE")
    slot, *others = await screen.read("slots")
    await screen.press("slots", "Tahan")
    await screen.answered("HoldSlot", "MyBookings", "VenueDetail")
    await screen.page.until(f"{rows('bookings')}.length")
    (booking,) = await screen.read("bookings")
    assert booking.startswith("HELD Badminton Contoh Cipondoh 17")
    assert await screen.read("slots") == others
    await screen.press("bookings", "Pastikan")
    await screen.answered("ConfirmBooking")
    await screen.page.until(f"{rows('bookings')}[0].startsWith('CONFIRMED')")
    assert await screen.read("slots") == others
    await screen.page.shot(PICTURES / "citizens-app-booked.png")
    assert await screen.calls() == [1, 1, 0]
    await screen.press("bookings", "Batalkan")
    await screen.answered("CancelBooking", "VenueDetail")
    await screen.page.until(f"{rows('bookings')}[0].startsWith('CANCELLED')")
    assert await screen.calls() == [1, 1, 1]
    assert {*others} <= {*await screen.read("slots")} <= {slot, *others}


async def sees_who_read(screen):
    await screen.page.click("#look")
    await screen.page.until(f"{rows('usage')}.length")
    entries = await screen.read("usage")
    assert len(entries) == screen.personal
    assert {each.partition(" Anda")[2] for each in entries} == {" sendiri membaca pemesanan Anda."}
    await screen.begins()


async def goes_on_without_an_agency(screen):
    """The system of the venue dies while somebody books there: that is told, all else lives, and nothing is done twice."""
    page = screen.page
    await control(screen.place, "PUT", "/gor-contoh", "down")
    await screen.press("slots", "Tahan")
    await page.until("!!document.querySelector('#again')")
    assert (await told(page)).startswith(f"{SYSTEM} sedang tidak menjawab. Coba lagi; tidak akan terpesan dua kali.")
    await page.open(await page.value("location.href"), PHONE)
    await page.until(f"document.querySelector('#missing').innerText === '{SYSTEM} tidak menjawab.'")
    await page.until("document.querySelector('#beds').innerText.includes('Contoh')")
    await screen.choose()
    await page.shot(PICTURES / "citizens-app-agency-down.png")
    await screen.press("slots", "Tahan")
    await page.until("!!document.querySelector('#again')")
    await control(screen.place, "DELETE")
    held = f"{rows('bookings')}.some((each) => each.startsWith('HELD'))"
    await page.until(f"document.querySelector('#again')?.click(), {held}")  # until the hub asks the system again
    assert await screen.calls() == [1, 0, 0]


async def signs_in_again(screen):
    """The token ends between two clicks. What the person wished is done after the next sign-in, and once."""
    page = screen.page
    time = (await screen.read("slots"))[0].partition(" · ")[0]
    await screen.press("slots", "Tahan")
    await page.until("document.querySelector('#told').innerText.startsWith('Waktu masuk Anda sudah habis.')")
    assert await page.value("sessionStorage.getItem('app:token')") is None
    assert await screen.calls() == [0, 0, 0]
    await screen.sign_in()
    await page.until("sessionStorage.getItem('app:wish') === null")
    assert await screen.calls() == [1, 0, 0]
    await page.until(f"{rows('bookings')}.some((each) => each.startsWith('HELD') && each.includes('{time}'))")
    await page.open(await page.value("location.href"), WIDE, dark=True)
    await page.until(f"{rows('bookings')}.length")
    await page.shot(PICTURES / "citizens-app-again.png")
