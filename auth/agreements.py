"""Agreements on the reading of other people's data: who may read which fields, what for, until when."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec

from auth.caller import Audience, Caller

Texts = Annotated[str, msgspec.Meta(min_length=1)]


class Purpose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What personal data may be read for, in words for the person that it is about; and by which law."""

    id: Texts
    en: Texts
    legal_basis: Texts


class Agreement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One agreement. `client` is `agency:<code>` for an agency's officers or `app:<code>` for an app.

    `fields` are named `Type.field`. `until` is the last day on which it holds. `signed_by` is the agency that keeps
    the data.
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
        """The agencies that let the caller read this field today, for the purpose that is declared with a case."""
        if caller.declared is None:
            return frozenset()
        purpose, clients = caller.declared.purpose, _clients(caller)
        return frozenset(
            each.signed_by
            for each in self.agreements.values()
            if each.client in clients and purpose in each.purposes and field in each.fields and today <= each.until
        )


def _clients(caller: Caller) -> frozenset[str]:
    """An app binds who comes through it: then only its own agreements count."""
    if caller.app:
        return frozenset({f"app:{caller.app.code}"})
    if caller.person and caller.audience is Audience.OFFICER:
        return frozenset({f"agency:{caller.person.agency}"})
    return frozenset()
