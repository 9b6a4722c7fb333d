"""The complaints that a person sends: sending one, and following it.

The mutation only stores the complaint; the background worker delivers it. So a complaint is accepted while its desk
does not answer, and a client that repeats its request gets the same complaint again.
"""

import uuid
from datetime import timedelta
from urllib.parse import quote

import msgspec

from connectors.complaints.records import Complaint, HistoryStep, TopicField
from connectors.kit.errors import AgencyError
from resolvers.booking.rules import check_key
from resolvers.complaints.given import CheckedComplaint, GivenComplaint, filled, letter
from resolvers.complaints.policies import COMPLAINTS
from resolvers.complaints.published import in_order
from resolvers.complaints.refusals import key_used, no_such_topic, not_kept_secret, too_many
from resolvers.complaints.rules import DeskComplaint, DeskTopic, SentComplaint, history
from resolvers.complaints.sources import AnyDesk, desk_of, mark, name_of, these, topic_or_unknown, tracked_of
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.personal import PersonalValue, person_of
from store.complaints.outbox import Delivery, Outbox, StoredComplaint, sealed

A_DAY = timedelta(days=1)


async def send_complaint(
    _root: None, ctx: Context, *, complaint: GivenComplaint, idempotency_key: str
) -> PersonalValue[SentComplaint]:
    check_key(idempotency_key)
    wanted, outbox = filled(complaint), ctx.store.of(Outbox)
    owner, wish = _owner(ctx), _wish(ctx, idempotency_key)
    request = name_of(ctx, "request", repr(msgspec.structs.astuple(wanted)))
    known = await outbox.under(owner, wish)
    if known is None:
        known = await _put(ctx, wanted, owner, wish, request)
    if known.request != request:
        raise key_used()
    return PersonalValue(_told(ctx, known), person_of(ctx).name)


async def sent_complaint(_root: None, ctx: Context, *, code: str) -> PersonalValue[SentComplaint] | None:
    """None if there is none of this code, or if it belongs to somebody else."""
    known = await ctx.store.of(Outbox).one(code)
    mine = known is not None and known.owner == _owner(ctx)
    return PersonalValue(_told(ctx, known), person_of(ctx).name) if known and mine else None


async def sent_complaints(_root: object, ctx: Context, *, page: PageArguments) -> PersonalValue[Page[SentComplaint]]:
    """The latest first. Each desk is asked once for all complaints of a page."""
    found = [_told(ctx, each) for each in await ctx.store.of(Outbox).of(_owner(ctx))]
    part = paginate(found, lambda each: (-int(each.made_at.timestamp()), each.code), page, order="sent-complaints")
    numbers: dict[str, list[str]] = {}
    for each in part.nodes:
        if each.number is not None:
            numbers.setdefault(each.agency, []).append(each.number)

    def beside_others(each: SentComplaint) -> SentComplaint:
        return msgspec.structs.replace(each, siblings=tuple(numbers.get(each.agency, ())))

    return PersonalValue(msgspec.structs.replace(part, to=beside_others), person_of(ctx).name)


async def complaint(root: SentComplaint, ctx: Context) -> DeskComplaint | None:
    """The complaint as the desk shows it; None without a number, and at a desk that shows nothing."""
    desk, _number = tracked_of(ctx, root.agency)
    if desk is None or root.number is None:
        return None
    found = (await these(ctx, desk, root.siblings)).get(root.number)
    flags = {"anonymous": root.anonymous, "secret": root.secret}
    return msgspec.structs.replace(found, **flags) if found else None


async def text(root: SentComplaint, ctx: Context) -> str | None:
    """The text: from the outbox until it is delivered, then from the desk."""
    if root.state is not Delivery.DELIVERED:
        written = await ctx.store.of(Outbox).letter(root.key, ctx.cover)
        return written.text if written else None
    found = await complaint(root, ctx)
    return found.text if found else None


async def topic(root: SentComplaint, ctx: Context) -> DeskTopic | None:
    desk, service = desk_of(ctx, f"{root.agency}/{root.topic}")
    return await topic_or_unknown(ctx, desk, service) if desk else None


async def steps(root: SentComplaint, ctx: Context, *, page: PageArguments) -> Page[HistoryStep]:
    found: Complaint | None = await complaint(root, ctx)
    return in_order(history(root, found), page, f"steps:{root.code}")


async def _put(ctx: Context, wanted: CheckedComplaint, owner: str, wish: str, request: str) -> StoredComplaint:
    desk, service = desk_of(ctx, wanted.topic)
    if desk is None:
        raise no_such_topic()
    if wanted.secret and not desk.keeps_secrets:
        raise not_kept_secret()
    key = str(uuid.UUID(name_of(ctx, f"key:{desk.agency.code}", wish), version=4))
    written = letter(wanted, key, service, *await _asked_for(ctx, desk, service))
    person, now = person_of(ctx).name, ctx.clock.now()
    await ctx.auditor.note(person, COMPLAINTS)
    kept = StoredComplaint(
        key=key,
        agency=desk.agency.code,
        topic=service,
        owner=owner,
        person=ctx.hasher.subject(person) if ctx.hasher else "",
        wish=wish,
        request=request,
        mark=mark(ctx, desk.agency.code, service, wanted.text),
        anonymous=wanted.anonymous,
        secret=wanted.secret,
        made_at=now,
        due_at=now,
    )
    most = desk.options.a_day
    found = await ctx.store.of(Outbox).add(kept, sealed(ctx.cover, written), now - A_DAY, most)
    if found is None:
        raise too_many(most)
    return found


async def _asked_for(
    ctx: Context, desk: AnyDesk, service: str
) -> tuple[DeskTopic | None, tuple[TopicField, ...] | None]:
    """The topic and its fields; twice None if the desk does not answer now: the complaint is accepted all the same."""
    try:
        found = await topic_or_unknown(ctx, desk, service)
        if found is None:
            raise no_such_topic()
        return found, (await ctx.reading(desk.fields(service))).records if found.asks_more else ()
    except AgencyError:
        return None, None


def _told(ctx: Context, kept: StoredComplaint) -> SentComplaint:
    desk, _service = desk_of(ctx, kept.agency)
    waits = kept.state is Delivery.WAITING
    return SentComplaint(
        **{name: getattr(kept, name) for name in StoredComplaint.__struct_fields__},
        code=kept.key,
        delivery=kept.state,
        desk=ctx.agencies.name(kept.agency),
        page=desk.options.page if desk else None,
        next_attempt_at=kept.due_at if waits else None,
        siblings=(kept.number,) if kept.number else (),
    )


def _owner(ctx: Context) -> str:
    return name_of(ctx, "owner", person_of(ctx).subject)


def _wish(ctx: Context, key: str) -> str:
    """The idempotency key as a keyed name, because a client may put anything into the key."""
    return name_of(ctx, "wish", f"{quote(person_of(ctx).subject, safe='')}:{key}")
