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
from connectors.kit.causes import of_reading
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyUnavailable
from connectors.kit.findings import HEARD, FindingKind, Findings, Interpretation
from connectors.kit.outcome import Outcome
from connectors.kit.progress import in_progress
from connectors.kit.values import BadRow

log = structlog.get_logger()


@contextmanager
def interpreted(
    agency: Agency, question: str, findings: Findings | None, heard: Interpretation | None = None
) -> Iterator[Interpretation]:
    """Every error inside leaves as an `AgencyError`, and an answer that is refused as a change is a finding.

    The last call of the question is told here whether its answer was any good.
    """
    with in_progress(question):
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
            reason = f"{question}: the hub could not read this: {of_reading(error)}"
            _log(agency, question, error)
            findings.note(reason, FindingKind.UNREADABLE)
            raise AgencyChanged(agency.code, reason) from None
        finally:
            HEARD.reset(token)


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
                with progress.limited(limit):
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
    log.error("agency.unreadable", agency=agency.code, question=question, error=of_reading(error), frames=frames)


def _note_change(findings: Findings, error: AgencyError) -> None:
    """An answer that was refused as a change is a finding. Where nothing was sent, there was no answer."""
    if isinstance(error, AgencyChanged) and error.reached:
        findings.refused(error.reason)
