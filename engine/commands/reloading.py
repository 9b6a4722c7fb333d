"""SIGHUP: a running hub reads its configuration again, and takes all of it or nothing.

Where somebody closes the terminal in which a hub runs, the system sends the same signal. Then the hub ends.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

import structlog

from engine.configuration.problems import ConfigurationError
from engine.configuration.reading import PREFIX, HubConfiguration
from engine.configuration.settings import Settings
from engine.services import Services, check_change

log = structlog.get_logger()


class NewestConfiguration:
    """What the hub was configured by last. `read` reads settings and file; raises `ConfigurationError`."""

    def __init__(self, read: Callable[[], HubConfiguration]) -> None:
        self._read = read
        self.now = read()

    def read(self) -> HubConfiguration | None:
        """What stands there now; None, with each mistake in the log, if it is wrong."""
        try:
            return self._read()
        except ConfigurationError as error:
            tell_mistakes(error)
            return None

    def again(self) -> bool:
        """Read for processes that are still to be started; False if it is wrong."""
        found = self.read()
        if found is None:
            return False
        try:
            check_change(self.now.configuration, found.configuration)
        except ConfigurationError as error:
            tell_mistakes(error)
            return False
        self.now = self.now._replace(configuration=found.configuration)
        return True


class Reloading:
    """Takes another configuration, for one hub. Signals that come meanwhile are one more time at its end."""

    def __init__(self, services: Services, newest: NewestConfiguration) -> None:
        self._services = services
        self._newest = newest
        self._again = False
        self._running: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """The signal has come."""
        if self._running and not self._running.done():
            self._again = True
        else:
            self._running = asyncio.get_running_loop().create_task(self._reload())

    async def done(self) -> None:
        """Wait until what was asked for is done."""
        if self._running:
            await self._running

    async def _reload(self) -> None:
        while True:
            self._again = False
            found = await asyncio.to_thread(self._newest.read)
            if found:
                await self._take(found)
            if not self._again:
                return

    async def _take(self, found: HubConfiguration) -> None:
        if names := changed_settings(self._newest.now.settings, found.settings):
            log.warning("configuration.needs_restart", settings=names)
        try:
            changes = await self._services.take(found.configuration)
        except ConfigurationError as error:
            tell_mistakes(error)
            return
        self._newest.now = self._newest.now._replace(configuration=found.configuration)
        if changes:
            log.info("configuration.taken", **changes.told())
        else:
            log.info("configuration.unchanged")


def tell_mistakes(error: ConfigurationError) -> None:
    """Each mistake, and that everything goes on as before."""
    for problem in error.problems:
        log.error("configuration.wrong", problem=problem)
    log.error("configuration.kept", mistakes=len(error.problems))


def changed_settings(old: Settings, new: Settings) -> list[str]:
    """The names of the settings that differ: in the files of secrets, since the environment of a process stays."""
    return [
        f"{PREFIX}{name.upper()}"
        for name in Settings.model_fields
        if {name} & (old.model_fields_set | new.model_fields_set) and getattr(old, name) != getattr(new, name)
    ]


class Hangup:
    """The signal, from the start of a process on: one that comes before there is a hub is not lost."""

    def __init__(self, *, at_terminal: bool | None = None) -> None:
        self._at_terminal = sys.stdin is not None and os.isatty(0) if at_terminal is None else at_terminal
        self._heard = False
        self._act: Callable[[], None] | None = None

    def hear(self) -> None:
        """Listen for it from now on; in the main thread alone."""
        signal.signal(signal.SIGHUP, self._came)

    def act(self, act: Callable[[], None], loop: asyncio.AbstractEventLoop | None = None) -> None:
        """Call this each time from now on, within the loop if there is one."""
        self._act = act
        if loop:
            loop.add_signal_handler(signal.SIGHUP, self._acted)
        if self._heard:
            self._heard = False
            act()

    def _came(self, _number: int, _frame: FrameType | None) -> None:
        if self._act:
            self._acted()
        else:
            self._heard = True

    def _acted(self) -> None:
        if self._at_terminal and not os.isatty(0):
            os.kill(os.getpid(), signal.SIGTERM)
        elif self._act:
            self._act()
