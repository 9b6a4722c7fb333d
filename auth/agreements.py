"""Agreements on reading other people's data: who may read which fields, for which purpose, until when."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec

from auth.caller import Audience, Caller

Texts = Annotated[str, msgspec.Meta(min_length=1)]


class Purpose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A purpose of reading personal data, in words for the person whose data they are, and the law behind it."""

    id: Texts
    en: Texts
    legal_basis: Texts


class Agreement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One agreement. `client` is `agency:<code>` for an agency's officers or `app:<code>` for an app.

    `fields` are named `Type.field`. `until` is its last day. `signed_by` is the agency that keeps the data.
    """

    client: Annotated[str, msgspec.Meta(pattern=r"^(agency|app):[a-z0-9-]+$")]
    purposes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    fields: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    until: date
    signed_by: str


class Agreements(msgspec.Struct, frozen=True, kw_only=True):
    """All purposes and agreements of a city, by their codes."""

    purposes: Mapping[str, Purpose] = {}
    agreements: Mapping[str, Agreement] = {}

    def signers(self, caller: Caller, field: str, today: date) -> frozenset[str]:
        """The agencies that allow the caller to read this field today, for the purpose that the caller has declared."""
        if caller.declared is None:
            return frozenset()
        purpose, clients = caller.declared.purpose, _clients(caller)
        return frozenset(
            each.signed_by
            for each in self.agreements.values()
            if each.client in clients and purpose in each.purposes and field in each.fields and today <= each.until
        )


def _clients(caller: Caller) -> frozenset[str]:
    """The clients of a caller. For a person who uses an app, only the agreements of the app count."""
    if caller.app:
        return frozenset({f"app:{caller.app.code}"})
    if caller.person and caller.audience is Audience.OFFICER:
        return frozenset({f"agency:{caller.person.agency}"})
    return frozenset()
