"""Which yellow card of a person counts, and when the holder must report. No I/O in here."""

from collections.abc import Sequence
from datetime import date

from connectors.jobs.records import CardStatus, YellowCard
from connectors.kit.months import months_later


def current(cards: Sequence[YellowCard], today: date) -> YellowCard | None:
    """The card that is valid today; else a request that has no days yet; else the card that ended last."""
    holding = [each for each in cards if holds(each, today)]
    if holding:
        return max(holding, key=_end)
    asked = [each for each in cards if each.valid_until is None]
    return asked[0] if asked else max(cards, key=_end, default=None)


def holds(card: YellowCard, today: date) -> bool:
    """Whether the card is verified and today is within its days."""
    if card.status is not CardStatus.VERIFIED or card.valid_from is None or card.valid_until is None:
        return False
    return card.valid_from <= today <= card.valid_until


def next_report(card: YellowCard, today: date, every_months: int) -> date | None:
    """The next day of reporting; None if the card ends before it, or is not valid."""
    if card.valid_from is None or card.valid_until is None or not holds(card, today):
        return None
    months = every_months
    while (due := months_later(card.valid_from, months)) < card.valid_until:
        if due >= today:
            return due
        months += every_months
    return None


def _end(card: YellowCard) -> date:
    return card.valid_until or date.min
