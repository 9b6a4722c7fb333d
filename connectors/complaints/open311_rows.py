"""Maps the rows of GeoReport to records. The keys that say who complained are left unread on purpose."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

import msgspec
from yarl import URL

from connectors.complaints.open311_documents import as_list
from connectors.complaints.records import (
    Complaint,
    ComplaintState,
    Contact,
    FieldChoice,
    FieldType,
    HistoryStep,
    Numbering,
    Receipt,
    Topic,
    TopicField,
)
from connectors.kit.findings import Findings
from connectors.kit.rows import Row
from connectors.kit.values import BadRow

TYPES = {
    "string": FieldType.TEXT,
    "text": FieldType.LONG_TEXT,
    "number": FieldType.NUMBER,
    "datetime": FieldType.MOMENT,
    "singlevaluelist": FieldType.ONE_OF,
    "multivaluelist": FieldType.SOME_OF,
}
NUMBERINGS = {"batch": Numbering.LATER, "blackbox": Numbering.NEVER}
"""What the types of a service mean, besides `realtime`."""
WHO = ("email", "device_id", "account_id", "first_name", "last_name", "phone")
"""Keys of a request under which some servers publish the person who made it."""
STATES = {
    "terverifikasi": ComplaintState.VERIFIED,
    "diteruskan": ComplaintState.FORWARDED,
    "diproses": ComplaintState.IN_PROGRESS,
    "selesai": ComplaintState.DONE,
    "ditolak": ComplaintState.REJECTED,
}
"""The meaning of a desk's own words for a state, if its configuration does not say otherwise."""
LARGEST_ORDER = 1_000_000


class CarrierAttributes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The attributes in which the desk stores, and returns, what the protocol has no field for.

    `key`: the hub's own name for a complaint. `anonymous`, `secret`: the flags.
    """

    key: str | None = None
    anonymous: str | None = None
    secret: str | None = None


def to_topic(row: Row) -> Topic:
    """One service."""
    return Topic(
        code=row.text("service_code"),
        name=row.text("service_name"),
        description=row.optional_text("description"),
        group=row.optional_text("group"),
        keywords=tuple(filter(None, map(str.strip, (row.optional_text("keywords") or "").split(",")))),
        asks_more=row.optional_boolean("metadata") or False,
        numbering=NUMBERINGS.get((row.optional_text("type") or "").casefold(), Numbering.AT_ONCE),
    )


def to_fields(row: Row, findings: Findings) -> tuple[TopicField, ...]:
    """The fields of a service definition, in their order. What is only shown (`variable` is false) is left out."""
    row.ignore("service_code")
    fields = list[tuple[int, TopicField]]()
    given = as_list(row.value("attributes"), "attribute")
    if not isinstance(given, list):
        raise BadRow("attributes: not a list")
    last = "none"
    for each in given:
        try:
            one = Row(each)
            field = _to_field(one)
        except BadRow as bad:
            last = str(bad)
            findings.note(f"field set aside: {bad}")
            continue
        findings.unexpected(one.unread)
        fields += [field] if field else []
    if given and last != "none":  # a form without one of its fields cannot be filled in
        raise BadRow(f"attributes: {last}")
    return tuple(field for _, field in sorted(fields, key=lambda each: each[0]))


def _to_field(row: Row) -> tuple[int, TopicField] | None:
    variable = row.optional_boolean("variable")
    kind = TYPES.get(row.text("datatype").casefold())
    if kind is None:
        raise BadRow("datatype: none of those known")
    code = row.text("code")
    field = TopicField(
        code=code,
        label=row.optional_text("description") or code,
        type=kind,
        required=row.optional_boolean("required") or False,
        hint=row.optional_text("datatype_description"),
        choices=_choices(row) if kind in (FieldType.ONE_OF, FieldType.SOME_OF) else (),
    )
    row.ignore("values")
    order = row.optional_integer("order")
    return (LARGEST_ORDER if order is None else order, field) if variable is not False else None


def _choices(row: Row) -> tuple[FieldChoice, ...]:
    given = as_list(row.value("values"), "value")
    if not isinstance(given, list) or not given:
        raise BadRow("values: a list of values is expected")
    rows = [Row(each) for each in given]
    return tuple(FieldChoice(code=(code := each.text("key")), name=each.optional_text("name") or code) for each in rows)


def to_receipt(row: Row) -> Receipt:
    """The desk's answer for a request that it has accepted."""
    row.ignore("account_id")
    return Receipt(
        reference=row.optional_text("service_request_id"),
        token=row.optional_text("token"),
        notice=row.optional_text("service_notice"),
    )


def to_settled(row: Row) -> Receipt:
    """The desk's answer for a token: the number that belongs to it by now, if there is one."""
    return Receipt(reference=row.optional_text("service_request_id"), token=row.text("token"))


def to_contact(row: Row, carried: CarrierAttributes) -> Contact | None:
    """The person who made a request; None if it is anonymous, or if the desk does not say."""
    row.text("service_request_id")
    if _attributes(row, carried).get("anonymous"):
        return None
    name = " ".join(filter(None, (row.optional_text("first_name"), row.optional_text("last_name"))))
    found = Contact(name=name or None, email=row.optional_text("email"), phone=row.optional_text("phone"))
    row.ignore_rest()
    return found if found.name or found.email or found.phone else None


def to_complaint(
    row: Row, carried: CarrierAttributes, states: Mapping[str, ComplaintState], zone: tzinfo, findings: Findings
) -> Complaint:
    """One request, without the person who made it."""
    row.ignore(*WHO, "address_id", "zipcode", "token", "extended_attributes")
    said = _attributes(row, carried)
    latitude, longitude = _position(row, findings)
    note = row.optional_text("status_notes")
    return Complaint(
        reference=row.text("service_request_id"),
        topic=row.optional_text("service_code"),
        topic_name=row.optional_text("service_name"),
        text=row.optional_text("description"),
        state=_state(row.text("status"), note, states, findings),
        note=note,
        owner=row.optional_text("agency_responsible"),
        notice=row.optional_text("service_notice"),
        requested_at=row.moment("requested_datetime", zone),
        updated_at=row.optional_moment("updated_datetime", zone),
        due_at=row.optional_moment("expected_datetime", zone),
        address=row.optional_text("address"),
        latitude=latitude,
        longitude=longitude,
        photo=_page(row, findings),
        anonymous=bool(said.get("anonymous")),
        secret=bool(said.get("secret")),
        key=said.get("key") or None,
        history=_history(row, states, zone),
    )


def _attributes(row: Row, carried: CarrierAttributes) -> dict[str, Any]:
    """The hub's own attributes, as the desk returns them. A flag that cannot be read makes the whole row unusable."""
    wanted = {code: name for name, code in msgspec.structs.asdict(carried).items() if code}
    if not wanted or not row.has("attributes"):
        row.ignore("attributes")
        return {}
    given = as_list(row.value("attributes"), "attribute")
    if not isinstance(given, list):
        raise BadRow("attributes: not a list")
    found: dict[str, Any] = {}
    for each in given:
        one = Row(each)
        name = wanted.get(one.optional_text("code") or "")
        if name:
            found[name] = one.optional_text("value") if name == "key" else one.optional_boolean("value")
    return found


def _state(
    status: str, note: str | None, states: Mapping[str, ComplaintState], findings: Findings
) -> ComplaintState | None:
    """The state from the desk's own word, if that agrees with the status; None if neither is known."""
    generic = {"open": ComplaintState.OPEN, "closed": ComplaintState.CLOSED}.get(status.casefold())
    own = _named(status, states) or _named(note, states)
    if own is None or generic is None:
        if own is None and generic is None:
            findings.note("status: none of those known")
        return own or generic
    if own.is_open != generic.is_open:
        findings.note("status_notes: another state than status")
        return generic
    return own


def _named(text: str | None, states: Mapping[str, ComplaintState]) -> ComplaintState | None:
    """The state whose word stands at the beginning of the text."""
    folded = (text or "").casefold()
    for word, state in states.items():
        behind = folded[len(word) : len(word) + 1]
        if folded.startswith(word.casefold()) and not behind.isalnum():
            return state
    return None


def _position(row: Row, findings: Findings) -> tuple[float | None, float | None]:
    """The position; None if it is not on the earth, or if it is 0, 0, which means that there is none."""
    latitude, longitude = row.optional_number("lat"), row.optional_number("long")
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None, None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        findings.note("lat, long: not a place on the earth")
        return None, None
    return latitude, longitude


def _page(row: Row, findings: Findings) -> str | None:
    """The address of a photo, if it is an address on the web."""
    address = row.optional_text("media_url")
    try:
        found = URL(address) if address else None
    except ValueError:
        found = None
    if address and not (found and found.scheme in ("http", "https") and found.host):
        findings.note("media_url: no address of the web")
        return None
    return str(found) if found else None


def _history(row: Row, states: Mapping[str, ComplaintState], zone: tzinfo) -> tuple[HistoryStep, ...]:
    """The history in its order, if the server has the extension for it."""
    given = as_list(row.value("notes"), "note") if row.has("notes") else []
    if not isinstance(given, list):
        raise BadRow("notes: not a list")
    steps = [_step(Row(each), states, zone) for each in given]
    return tuple(sorted(steps, key=lambda each: each.happened_at))


def _step(row: Row, states: Mapping[str, ComplaintState], zone: tzinfo) -> HistoryStep:
    note, kind = row.optional_text("description"), row.optional_text("type")
    return HistoryStep(
        happened_at=row.moment("datetime", zone), state=_named(kind, states) or _named(note, states), note=note
    )
