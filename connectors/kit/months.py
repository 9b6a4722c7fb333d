"""Computing with months."""

from datetime import date
from typing import TYPE_CHECKING

from connectors.kit.late import late

if TYPE_CHECKING:
    from dateutil import relativedelta as relative
else:
    relative = late("dateutil.relativedelta")


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month; earlier if `months` is negative."""
    later: date = day + relative.relativedelta(months=months)
    return later
