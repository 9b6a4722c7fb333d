"""Computing with months."""

from datetime import date

from dateutil.relativedelta import relativedelta


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month; earlier if `months` is negative."""
    later: date = day + relativedelta(months=months)
    return later
