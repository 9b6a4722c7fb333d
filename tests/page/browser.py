"""A headless Chromium, driven by its own protocol over a WebSocket (Chrome DevTools Protocol): as much as tests need."""

import asyncio
import base64
import hashlib
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDE, PHONE = (1280, 800), (390, 844)
GIVEN = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE = 60.0
"""Seconds until what a page is waited for must have come: a guard, and no promise."""


class Page:
    """One tab. `asked`: the addresses that it asked for; `complained`: what it wrote into its console as an error."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.asked: list[str] = []
        self.complained: list[str] = []
        self.loaded = asyncio.Event()
        self._socket = socket
        self._number = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def hear(self) -> None:
        """Take what the browser says, until it goes."""
        async for message in self._socket:
            said = json.loads(message.data)
            if waiting := self._waiting.pop(said.get("id"), None):
                waiting.set_result(said)
            elif said.get("method") == "Page.loadEventFired":
                self.loaded.set()
            elif said.get("method") == "Network.requestWillBeSent":
                self.asked.append(said["params"]["request"]["url"])
            elif said.get("method") == "Runtime.exceptionThrown":
                self.complained.append(json.dumps(said["params"]["exceptionDetails"]))
            elif said.get("method") == "Log.entryAdded" and said["params"]["entry"]["level"] == "error":
                self.complained.append(said["params"]["entry"]["text"])

    async def do(self, method: str, **given: Any) -> dict[str, Any]:
        """What one command gives."""
        self._number += 1
        waiting = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._number, "method": method, "params": given})
        said = await waiting
        assert "error" not in said, said
        found: dict[str, Any] = said["result"]
        return found

    async def open(
        self, address: str, size: tuple[int, int] = WIDE, *, dark: bool = False, language: str = "id"
    ) -> None:
        """Go there, with a screen of this size."""
        width, height = size
        await self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=size == PHONE,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.do("Emulation.setEmulatedMedia", features=[scheme])
        agent = (await self.do("Browser.getVersion"))["userAgent"]
        await self.do("Network.setUserAgentOverride", userAgent=agent, acceptLanguage=language)
        self.loaded.clear()
        await self.do("Page.navigate", url=address)
        await self.loaded.wait()

    async def value(self, expression: str) -> Any:
        """What a piece of JavaScript gives."""
        found = await self.do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def until(self, expression: str) -> Any:
        """What it gives, as soon as it is something."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    if found := await self.value(expression):
                        return found
                except AssertionError:
                    pass  # the page is on its way to another one
                await asyncio.sleep(0.02)

    async def choose(self, selector: str, value: str) -> None:
        """Choose an option, as a person does."""
        await self.value(
            f"(() => {{ const it = document.querySelector({json.dumps(selector)});"
            f" it.value = {json.dumps(value)}; it.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
        )

    async def click(self, selector: str) -> None:
        """Click on it once it is there."""
        await self.until(f"!!document.querySelector({json.dumps(selector)})")
        await self.value(f"document.querySelector({json.dumps(selector)}).click()")

    async def write(self, selector: str, text: str) -> None:
        """Write into a field."""
        await self.value(f"document.querySelector({json.dumps(selector)}).focus()")
        await self.do("Input.insertText", text=text)

    async def shot(self, path: Path) -> None:
        """A picture of it."""
        found = await self.do("Page.captureScreenshot", format="png")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(found["data"]))


def _fingerprint(certificate: Path) -> str:
    """The hash of its public key, by which the browser knows it."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    written = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(written).digest()).decode()


@asynccontextmanager
async def browsing(folder: Path, trusting: Path | None = None) -> AsyncIterator[Page]:
    """A browser with a profile of its own, and its only tab. It trusts the certificate of this file."""
    trusted = [f"--ignore-certificate-errors-spki-list={_fingerprint(trusting)}"] if trusting else []
    process = await asyncio.create_subprocess_exec(
        *(str(CHROMIUM), *GIVEN, *trusted, f"--user-data-dir={folder}", "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(300):
            said = folder / "DevToolsActivePort"
            while not (said.exists() and said.read_text().strip()):
                await asyncio.sleep(0.02)
            port = said.read_text().split()[0]
            async with session.get(f"http://127.0.0.1:{port}/json") as response:
                tabs = await response.json()
            address = next(each["webSocketDebuggerUrl"] for each in tabs if each["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as socket:
                page = Page(socket)
                hearing = asyncio.create_task(page.hear())
                for domain in ("Page", "Runtime", "Network", "Log"):
                    await page.do(f"{domain}.enable")
                yield page
                hearing.cancel()
    finally:
        process.terminate()
        await process.wait()
