"""The boundary around an agency: only records, or an `AgencyError`, leave a connector.

Each read, feed and command of a connector runs inside `interpreted`. Another error means that the hub could not read
what the agency sent. It becomes `AgencyChanged`, so an older answer may be served, and the log and `findings` name the
place.
"""

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

import structlog

from connectors.kit.agency import Agency
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyUnavailable, HubThrottled
from connectors.kit.findings import HEARD, FindingKind, Findings, Interpretation
from connectors.kit.values import BadRow

log = structlog.get_logger()


class Progress:
    """The calls of one question: how many wait for the hub's own rate limit, and how many are with the agency."""

    def __init__(self) -> None:
        self.waiting = 0
        self.calling = 0


PROGRESS: ContextVar[Progress | None] = ContextVar("progress", default=None)
"""The progress of the current question. All calls of the question share it."""


@contextmanager
def interpreted(
    agency: Agency, question: str, findings: Findings | None, heard: Interpretation | None = None
) -> Iterator[Interpretation]:
    """Every error inside leaves as an `AgencyError`, and an answer that is refused as a change is a finding."""
    heard = heard or Interpretation(question)
    token = HEARD.set(heard)
    findings = findings or Findings(agency.code)
    try:
        yield heard
    except AgencyError as error:
        _note_change(findings, error)
        raise
    except BadRow as bad:
        findings.note(f"{question}: {bad}", FindingKind.DRIFT)
        raise AgencyChanged(agency.code, f"{question}: {bad}") from None
    except Exception as error:  # noqa: BLE001  nothing else may pass the boundary
        if known := _first_known(error):
            _note_change(findings, known)
            raise known from None
        kind = type(error).__name__
        _log(agency, question, error)
        findings.note(f"{question}: the hub could not read this ({kind})", FindingKind.UNREADABLE)
        raise AgencyChanged(agency.code, f"{question}: the hub could not read this ({kind})") from None
    finally:
        HEARD.reset(token)


@asynccontextmanager
async def in_time(agency: Agency, question: str, told: str = "no answer within") -> AsyncIterator[asyncio.Timeout]:
    """Allow no more than the agency's time limit.

    If the limit is reached, the error says whether the agency was too slow (`AgencyUnavailable`), or the hub's own rate
    limit let no call through (`HubThrottled`).
    """
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
    """The error of the agency, also from inside an exception group."""
    if isinstance(error, AgencyError):
        return error
    inner = error.exceptions if isinstance(error, ExceptionGroup) else ()
    return next(filter(None, map(_first_known, inner)), None)


def _log(agency: Agency, question: str, error: Exception) -> None:
    """Log where the error happened. The text of the error is left out, because it may repeat a value."""
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-8:]
    ]
    log.error("agency.unreadable", agency=agency.code, question=question, error=type(error).__name__, frames=frames)


def _note_change(findings: Findings, error: AgencyError) -> None:
    """An answer that was refused as a change is a finding. Where nothing was sent, there was no answer."""
    if isinstance(error, AgencyChanged) and error.reached:
        findings.refused(error.reason)
