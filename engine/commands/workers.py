"""Several workers: processes that listen at the same place. Each of them is a hub, as on a machine of its own.

The kernel shares new connections among them. Whatever several hubs on one store agree on (who follows a feed, what is
on record), workers agree on too. A worker that ends is started again. The first process only watches, and passes on the
word to stop and the word to take another configuration.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import structlog

from engine.commands.reloading import Hangup
from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings

log = structlog.get_logger()

STOPS = (signal.SIGINT, signal.SIGTERM)
SHORT = 5.0
"""Seconds: a worker that has lived no longer is started again later each time."""
PAUSES = (1.0, 30.0)
"""Seconds until a worker is started again: the first time, and at most."""


def bound(host: str, port: int) -> socket.socket:
    """A socket at a place where other processes listen too."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(address)
    return made


def check_workers(settings: Settings, port: int) -> None:
    """Whether several processes can be one hub; raises `ConfigurationError`."""
    problems = []
    if port == 0:
        problems.append("--workers: they listen at one port, which has to be named: PORT=8000")
    if settings.cache_url.get_secret_value().startswith("memory:") and settings.quota:
        problems.append(
            "--workers: each process would count by itself, so a client could ask for several times its quota; "
            "name a Redis by which they count together (SIMPUL_CACHE_URL), or count nothing (SIMPUL_QUOTA=0)"
        )
    if problems:
        raise ConfigurationError(problems)


class WorkerProcesses:
    """The workers of one place. `serve` runs a hub on a socket until it is told to stop; each has a number."""

    def __init__(self, count: int, host: str, port: int, serve: Callable[[int, socket.socket, Hangup], None]) -> None:
        self._place = (host, port)
        self._serve = serve
        self._numbers = dict.fromkeys(range(count), PAUSES[0])
        self._running: dict[int, tuple[int, float]] = {}
        self._stopping = False

    def pass_on(self) -> None:
        """Let all take the newest configuration."""
        for process in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGHUP)

    def run(self) -> None:
        """Start all, start again what ends, and return when all have ended after the word to stop."""
        gc.freeze()  # the workers share the memory of what is loaded already
        alive, watched = os.pipe()
        before = {each: signal.signal(each, self._stop) for each in STOPS}
        try:
            for number in self._numbers:
                self._start(number, alive, watched)
            while self._running:
                self._ended(*os.wait(), alive, watched)
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
            os.close(alive)
            os.close(watched)

    def _start(self, number: int, alive: int, watched: int) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})  # until each process has a handler of its own
        process = os.fork()
        if process == 0:
            os.close(watched)
            self._be_worker(number, alive)
        self._running[process] = (number, time.monotonic())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
        if self._stopping:
            os.kill(process, signal.SIGTERM)

    def _be_worker(self, number: int, alive: int) -> None:
        """Never returns. What the first process has open is not closed from here."""
        status = 1
        try:
            os.setpgid(0, 0)  # Ctrl-C reaches the first process alone, which passes it on once
            for each in STOPS:
                signal.signal(each, signal.default_int_handler if each is signal.SIGINT else signal.SIG_DFL)
            hangup = Hangup(at_terminal=False)
            hangup.hear()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
            threading.Thread(target=_outlive_nobody, args=(alive,), daemon=True).start()
            self._serve(number, bound(*self._place), hangup)
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _ended(self, process: int, status: int, alive: int, watched: int) -> None:
        if process not in self._running:
            return  # a process of somebody else, such as the sandbox
        number, since = self._running.pop(process)
        if self._stopping:
            return
        log.error("worker.ended", worker=number, status=os.waitstatus_to_exitcode(status))
        pause = self._numbers[number] if time.monotonic() - since < SHORT else PAUSES[0]
        self._numbers[number] = min(2 * pause, PAUSES[1])
        time.sleep(pause)
        if not self._stopping:
            self._start(number, alive, watched)

    def _stop(self, number: int, _: FrameType | None) -> None:
        self._stopping = True
        for process in self._running:
            os.kill(process, number)


def _outlive_nobody(alive: int) -> None:
    """End with the first process, even if it was killed."""
    os.read(alive, 1)
    os.kill(os.getpid(), signal.SIGTERM)
