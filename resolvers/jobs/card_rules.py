"""Which of somebody's yellow cards counts, and when its holder is to report: pure."""

import calendar
from collections.abc import Sequence
from datetime import date

from connectors.jobs.records import CardStatus, YellowCard


def current(cards: Sequence[YellowCard], today: date) -> YellowCard | None:
    """What holds today; else what has been asked for and has no days yet; else what ended last."""
    holding = [each for each in cards if holds(each, today)]
    if holding:
        return max(holding, key=_end)
    asked = [each for each in cards if each.valid_until is None]
    return asked[0] if asked else max(cards, key=_end, default=None)


def holds(card: YellowCard, today: date) -> bool:
    """Whether it is verified, and today is one of its days."""
    if card.status is not CardStatus.VERIFIED or card.valid_from is None or card.valid_until is None:
        return False
    return card.valid_from <= today <= card.valid_until


def next_report(card: YellowCard, today: date, every_months: int) -> date | None:
    """The first day of reporting from today on; None where the card ends before, or does not hold."""
    if card.valid_from is None or card.valid_until is None or not holds(card, today):
        return None
    months = every_months
    while (due := later(card.valid_from, months)) < card.valid_until:
        if due >= today:
            return due
        months += every_months
    return None


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _end(card: YellowCard) -> date:
    return card.valid_until or date.min
