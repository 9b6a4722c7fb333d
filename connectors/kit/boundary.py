"""The boundary around an agency: nothing leaves a connector but records, or an `AgencyError`.

A connector's read, feed and act each run inside `interpreted`. What is not an `AgencyError` is a fault of ours in
reading what the agency sent: it costs this answer, an older one will do, and the log and `findings` tell of it.
"""

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

import structlog

from connectors.kit.agency import Agency
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyUnavailable, HubThrottled
from connectors.kit.findings import Findings
from connectors.kit.values import BadRow

log = structlog.get_logger()


class Progress:
    """How far the calls of one question are: how many wait for the hub's own pace, how many are with the agency."""

    def __init__(self) -> None:
        self.waiting = 0
        self.calling = 0


PROGRESS: ContextVar[Progress | None] = ContextVar("progress", default=None)
"""Of the question that is being asked; the calls that it makes at once share it."""


@contextmanager
def interpreted(agency: Agency, question: str, findings: Findings | None) -> Iterator[None]:
    """Whatever is raised inside leaves as an `AgencyError`."""
    try:
        yield
    except AgencyError:
        raise
    except BadRow as bad:
        _note(findings, f"{question}: {bad}")
        raise AgencyChanged(agency.code, f"{question}: {bad}") from None
    except Exception as error:  # noqa: BLE001  this is the one place where nothing may pass
        if known := _first_known(error):
            raise known from None
        kind = type(error).__name__
        _log(agency, question, error)
        _note(findings, f"{question}: the hub could not read this ({kind})")
        raise AgencyChanged(agency.code, f"{question}: the hub could not read this ({kind})") from None


@asynccontextmanager
async def in_time(agency: Agency, question: str, told: str = "no answer within") -> AsyncIterator[asyncio.Timeout]:
    """No longer than the agency's time limit; the error says whether the agency took it, or the hub's own pace."""
    seconds = agency.limits.timeout
    progress = PROGRESS.get() or Progress()
    token = PROGRESS.set(progress)
    held_back = False
    try:
        async with asyncio.timeout(seconds) as limit:
            try:
                yield limit
            except asyncio.CancelledError:
                held_back = progress.waiting > 0 and progress.calling == 0
                raise
    except TimeoutError:
        if held_back:
            raise HubThrottled(
                agency.code, f"{question}: the hub's own limits let no call through in {seconds:g} s"
            ) from None
        raise AgencyUnavailable(agency.code, f"{question}: {told} {seconds:g} s") from None
    finally:
        PROGRESS.reset(token)


def _first_known(error: Exception) -> AgencyError | None:
    """The agency's error inside what several calls at once have raised."""
    if isinstance(error, AgencyError):
        return error
    inner = error.exceptions if isinstance(error, ExceptionGroup) else ()
    return next(filter(None, map(_first_known, inner)), None)


def _log(agency: Agency, question: str, error: Exception) -> None:
    """Where it broke, without the error's own text: that may repeat a value."""
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-8:]
    ]
    log.error("agency.unreadable", agency=agency.code, question=question, error=type(error).__name__, frames=frames)


def _note(findings: Findings | None, finding: str) -> None:
    if findings is not None:
        findings.note(finding)
