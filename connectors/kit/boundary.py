"""The boundary around an agency: only records, or an `AgencyError`, leave a connector.

Each read, feed and command of a connector runs inside `interpreted`. Another error means that the hub could not read
what the agency sent. It becomes `AgencyChanged`, so an older answer may be served, and the log and `findings` name the
place.
"""

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog

from connectors.kit.agency import Agency
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyUnavailable
from connectors.kit.findings import Findings
from connectors.kit.outcome import Outcome
from connectors.kit.progress import in_progress
from connectors.kit.values import BadRow

log = structlog.get_logger()


@contextmanager
def interpreted(agency: Agency, question: str, findings: Findings | None) -> Iterator[None]:
    """Every error inside leaves as an `AgencyError`. It tells of the last call too whether its answer was any good."""
    with in_progress(question):
        try:
            yield
        except AgencyError:
            raise
        except BadRow as bad:
            _note(findings, f"{question}: {bad}")
            raise AgencyChanged(agency.code, f"{question}: {bad}") from None
        except Exception as error:  # noqa: BLE001  nothing else may pass the boundary
            if known := _first_known(error):
                raise known from None
            kind = type(error).__name__
            _log(agency, question, error)
            _note(findings, f"{question}: the hub could not read this ({kind})")
            raise AgencyChanged(agency.code, f"{question}: the hub could not read this ({kind})") from None


@asynccontextmanager
async def in_time(agency: Agency, question: str, told: str = "no answer within") -> AsyncIterator[asyncio.Timeout]:
    """Allow no more than the agency's time limit.

    If the limit is reached, the error says whether the agency was too slow (`AgencyUnavailable`), or no call was let
    through: by the hub's own limits (`HubThrottled`), or because the agency has been failing.
    """
    seconds = agency.limits.timeout
    cause = f"{told} {seconds:g} s"
    with in_progress(question) as progress:
        try:
            async with asyncio.timeout(seconds) as limit:
                yield limit
        except TimeoutError:
            if not progress.too_late(cause) and progress.held_back:
                raise progress.held_back() from None
            reason = f"{question}: {cause}"
            raise AgencyUnavailable(agency.code, reason, cause=cause, outcome=Outcome.TIMEOUT) from None


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


def _note(findings: Findings | None, finding: str) -> None:
    if findings is not None:
        findings.note(finding)
