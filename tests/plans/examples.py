"""The ready documents of docs/queries with variables, for every audience whose schema has what they ask."""

from graphql import NonNullTypeNode, validate

from auth.caller import Audience
from tests.plans.operations import Asked
from tests.schema.documents import COMPLAINT, DOCUMENTS, KEY, MAINTENANCE, RECOVERY, SLOT

LATER = {name: value for name, value in MAINTENANCE.items() if name != "agency"} | {"code": "0123456789ab"}
BOOKING = {"booking": "gor-kota/101618d9-3e93-4fe0-acab-c38ff7999c2b"}
GIVEN = {
    "announce-maintenance": MAINTENANCE,
    "announce-recovery": RECOVERY,
    "change-maintenance": LATER,
    "create-api-key": KEY,
    "booking-changes": BOOKING,
    "hold-slot": SLOT,
    "send-complaint": COMPLAINT,
    "withdraw-announcement": {"code": "0123456789ab"},
    "revoke-api-key": {"code": "0123456789ab"},
    "end-my-session": {"code": "nobody"},
    "confirm-booking": BOOKING,
    "cancel-booking": BOOKING,
    "confirm-venue-ready": BOOKING,
}
"""Variables of the documents that have no defaults for them."""


def asked(document):
    """A ready document as a client sends it."""
    kind = document.operation.operation
    return Asked(document.text, dict(GIVEN.get(document.name, {})), document.operation.name.value, kind.value)


def examples(schemas, *, everybody):
    """Each document with who asks it: by whom it is for, or `everybody` who may."""
    for document in DOCUMENTS.values():
        may = [each for each in Audience if not validate(schemas[each], document.parsed)]
        for audience in may if everybody else [document.audience]:
            account = document.account if audience is document.audience else ""
            yield document, audience, account


def without_variables():
    """Documents that need variables and have none here; there are none of them."""
    needed = {
        document.name
        for document in DOCUMENTS.values()
        for each in document.operation.variable_definitions or ()
        if isinstance(each.type, NonNullTypeNode) and each.variable.name.value not in document.variables
    }
    return needed - GIVEN.keys()
