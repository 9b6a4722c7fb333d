"""What a booking system answers to what is asked of it: a booking, a refusal, or a coded error, whatever it sends."""

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from connectors.booking.records import BookingOrder, BookingState
from connectors.kit.errors import AgencyError
from connectors.venues.open_booking import OpenBooking
from resolvers.venues.rules import booked_slot
from tests import mutation
from tests.playback import Exchange, Recording, connect, playing, recording
from tests.venues.test_open_booking import FREE, slot

WHO = "uuid-1"
ORDER = recording(OpenBooking, "order").exchanges[0].answer
QUOTE = {
    "@context": "https://openactive.io/",
    "@type": "OrderQuote",
    "lease": {"@type": "Lease", "leaseExpires": "2026-11-24T03:10:00+07:00"},
    "orderedItem": [{"@type": "OrderItem", "position": 0}],
    "totalPaymentDue": {"@type": "PriceSpecification", "price": 75_000, "priceCurrency": "IDR"},
}
REFUSED = {"@type": "OrderQuote", "orderedItem": [{"error": [{"@type": "OpportunityIsFullError", "description": "x"}]}]}

HOLD = [("PUT", "order-quote-templates", QUOTE), ("PUT", "order-quotes", QUOTE)]
CONFIRM = [("GET", "orders", {}), ("PUT", "orders", ORDER)]
CANCEL = [("GET", "orders", ORDER), ("PATCH", "orders", {})]


def answers(calls) -> Recording:
    exchanges = [
        Exchange(
            method=method,
            path=f"/{path}/{WHO}",
            answer=answer,
            status=200 if answer else 404 if method == "GET" else 204,
        )
        for method, path, answer in calls
    ]
    whole = recording(OpenBooking, "order")
    return Recording(
        options=whole.options, credentials=whole.credentials, arguments=[], rows=[], mandatory=[], optional=[],
        exchanges=exchanges,
    )  # fmt: skip


def order(state=None):
    return BookingOrder(
        reference=WHO, owner="one", key="k", request="r", slot=booked_slot(slot(FREE)), price=75_000, state=state,
        expires_at=datetime(2026, 11, 30, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("act", "calls", "state"),
    [
        ("hold", HOLD, None),
        ("hold", [HOLD[0], ("PUT", "order-quotes", REFUSED)], None),
        ("confirm", CONFIRM, BookingState.HELD),
        ("cancel", CANCEL, BookingState.CONFIRMED),
    ],
)
async def test_an_odd_value_is_a_booking_a_refusal_or_a_coded_error(act, calls, state):
    escapes, outcomes = [], set()
    async with playing(answers(calls)) as player:
        system = connect(OpenBooking, player.played, player.url)
        for number, (method, path, answer) in enumerate(calls):
            for place in mutation.places(answer):
                for odd in mutation.ODD:
                    damaged = [*calls]
                    damaged[number] = (method, path, mutation.with_value(answer, place, odd))
                    player.played = answers(damaged)
                    wrong = None
                    with capture_logs() as lines:
                        try:
                            found = (await getattr(system, act)(order(state)).execute()).records
                            wrong = mutation.cannot_be_answered(found)
                            outcomes.add(getattr(found, "state", found).value)
                            if (getattr(found, "price", None) or 0) < 0:
                                wrong = "a negative price"
                        except AgencyError as error:
                            outcomes.add(error.code)
                        except Exception as error:  # noqa: BLE001  whatever leaves is what is looked for
                            wrong = f"{type(error).__name__} left the connector"
                    wrong = wrong or next((str(line["frames"][-1]) for line in lines if "frames" in line), None)
                    if wrong:
                        escapes.append(f"{number}:{'.'.join(map(str, place))} = {mutation.shown(odd)}: {wrong}")
        await system.aclose()
    assert escapes == []
    assert "AGENCY_CHANGED" in outcomes
    assert len(outcomes) > 1
