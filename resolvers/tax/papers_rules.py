"""The rules of papers: the steps of a deed, and the status of a bill of a retribution. No I/O in here."""

from datetime import date
from enum import Enum

import msgspec

from connectors.tax.papers import DeedFinding, DeedStage, DeedTax, Retribution


class StepState(Enum):
    """The state of a step."""

    DONE = "DONE"
    CURRENT = "CURRENT"
    PENDING = "PENDING"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a deed. `order` is its position; `reached_on` is when it was reached, if the office keeps that."""

    order: int
    stage: DeedStage
    state: StepState
    reached_on: date | None


ONLY_WHERE = {DeedStage.UNDERPAID: DeedFinding.UNDERPAID, DeedStage.OVERPAID: DeedFinding.OVERPAID}
"""The two steps that a deed has only if its examination found this."""


def steps_of(deed: DeedTax) -> tuple[Step, ...]:
    """The steps of a deed in order; none if the office's stage is not known.

    The payment is done only if nothing is owed, whatever the stage.
    """
    if deed.stage is None:
        return ()
    way = _way(deed, deed.stage)
    at = way.index(deed.stage)
    days = {
        DeedStage.DRAFT: deed.transacted_on,
        DeedStage.PAYMENT: deed.paid_on,
        DeedStage.APPROVAL: deed.approved_on,
        DeedStage.LAND_OFFICE: deed.received_by_land_office_on,
        DeedStage.DONE: deed.done_on,
    }

    def state(index: int) -> StepState:
        if index < at or deed.stage is DeedStage.DONE:
            owed = way[index] is DeedStage.PAYMENT and not deed.paid
            return StepState.PENDING if owed else StepState.DONE
        return StepState.CURRENT if index == at else StepState.PENDING

    return tuple(
        Step(order=index, stage=stage, state=state(index), reached_on=days.get(stage))
        for index, stage in enumerate(way)
    )


def _way(deed: DeedTax, stage: DeedStage) -> list[DeedStage]:
    """The steps of a deed. An assessment by the office begins with its decision and is paid after that.

    What the office owes itself has no payment.
    """
    way = [each for each in DeedStage if each is stage or ONLY_WHERE.get(each, deed.finding) is deed.finding]
    if deed.decision is None:
        return way
    left_out = {DeedStage.DRAFT, deed.decision}
    if deed.decision is DeedStage.OVERPAID and stage is not DeedStage.PAYMENT:
        left_out.add(DeedStage.PAYMENT)
    begins = [DeedStage.DRAFT] if stage is DeedStage.DRAFT else []
    return [*begins, deed.decision, *(each for each in way if each not in left_out)]


class RetributionStatus(Enum):
    """The status of a bill of a retribution."""

    PAID = "PAID"
    UNPAID = "UNPAID"
    EXPIRED = "EXPIRED"
    PAID_UNCONFIRMED = "PAID_UNCONFIRMED"
    UNKNOWN = "UNKNOWN"


def retribution_status(bill: Retribution, today: date) -> tuple[RetributionStatus, bool]:
    """The status, and whether the office's flag and its word contradict each other.

    | the flag | the word | answer |
    | paid     | Lunas   | PAID |
    | paid     | another | PAID, contradicted |
    | not paid | Lunas   | PAID_UNCONFIRMED, contradicted |
    | not paid | another | UNPAID, or EXPIRED after its last day |
    | unknown  | any     | UNKNOWN, never PAID |
    """
    if bill.paid is None:
        return RetributionStatus.UNKNOWN, False
    if bill.paid:
        return RetributionStatus.PAID, not bill.settled
    if bill.settled:
        return RetributionStatus.PAID_UNCONFIRMED, True
    expired = bill.expires_on is not None and bill.expires_on < today
    return (RetributionStatus.EXPIRED if expired else RetributionStatus.UNPAID), False
