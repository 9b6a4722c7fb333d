"""What the status and the content type of an agency's answer mean: an answer, or which `AgencyError`."""

import re
from datetime import datetime

import aiohttp

from connectors.kit import values
from connectors.kit.agency import Agency
from connectors.kit.call import Call
from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyThrottled, AgencyUnavailable

LONGEST_WAIT = 3600.0
"""Seconds. An agency that asks by mistake for years of silence is asked again after this long."""


class Unauthorized(AgencyRejected):
    """HTTP 401: newer credentials may help, where the signer can get them."""


def check(response: aiohttp.ClientResponse, call: Call, agency: Agency, now: datetime) -> None:
    """Raise what it means, unless it is an answer of the protocol's types, or of those that the agency's entry adds."""
    accepted = (*call.accepts, *agency.accepts)
    status = response.status
    if not 200 <= status < 300 and not (status in call.answers and response.content_type in accepted):
        reason = f"{call.path}: HTTP {status}"
        if status == 429:
            raise AgencyThrottled(agency.code, reason, retry_after=_retry_after(response, now))
        if status >= 500 or status == 408:
            raise AgencyUnavailable(agency.code, reason, retry_after=_retry_after(response, now))
        if status == 401:
            raise Unauthorized(agency.code, reason)
        if status in (400, 403, 407, 422):
            raise AgencyRejected(agency.code, reason)
        raise AgencyChanged(agency.code, reason)
    if response.content_type not in accepted:
        expected = " or ".join(call.accepts)
        raise AgencyChanged(agency.code, f"{call.path}: {response.content_type}, expected {expected}")


def _retry_after(response: aiohttp.ClientResponse, now: datetime) -> float | None:
    """Seconds, sent as such or as a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]{1,12}", value):
        return min(float(value), LONGEST_WAIT)
    try:
        moment = values.mail_date(value)
    except values.BadRow:
        return None
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_WAIT) if moment else None
