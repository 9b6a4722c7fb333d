"""What the status and the content type of an answer mean: a valid answer, or an `AgencyError`."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.kit import values
from connectors.kit.agency import Agency
from connectors.kit.call import Call
from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyThrottled, AgencyUnavailable
from connectors.kit.outcome import Outcome

if TYPE_CHECKING:
    import aiohttp

LONGEST_WAIT = 3600.0
"""In seconds. If an agency asks for years of silence by mistake, the hub asks again after this time."""


class Unauthorized(AgencyRejected):
    """HTTP 401. New credentials may help, if the signer can get them."""


def check(response: "aiohttp.ClientResponse", call: Call, agency: Agency, now: datetime) -> None:
    """Raise the error that the answer means. A valid answer has a type of the protocol or of the agency's own entry."""
    accepted = (*call.accepts, *agency.accepts)
    status = response.status
    if not 200 <= status < 300 and not (status in call.answers and response.content_type in accepted):
        reason, cause = f"{call.path}: HTTP {status}", f"answered {status}"
        if status == 429:
            raise AgencyThrottled(agency.code, reason, cause=cause, retry_after=_retry_after(response, now))
        if status >= 500 or status == 408:
            raise AgencyUnavailable(agency.code, reason, cause=cause, retry_after=_retry_after(response, now))
        if status == 401:
            raise Unauthorized(agency.code, reason, cause="credentials refused")
        if status in (400, 403, 407, 422):
            raise AgencyRejected(agency.code, reason, cause=cause)
        refuses = Outcome.REJECTED if 400 <= status < 500 else None  # an agency that refuses one request is not down
        raise AgencyChanged(agency.code, reason, cause=cause, outcome=refuses)
    if response.content_type not in accepted:
        expected = " or ".join(call.accepts)
        raise AgencyChanged(agency.code, f"{call.path}: {response.content_type}, expected {expected}")


def _retry_after(response: "aiohttp.ClientResponse", now: datetime) -> float | None:
    """`Retry-After` in seconds; it is sent as seconds or as a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]{1,12}", value):
        return min(float(value), LONGEST_WAIT)
    try:
        moment = values.mail_date(value)
    except values.BadRow:
        return None
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_WAIT) if moment else None
