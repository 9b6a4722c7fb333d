"""What all that is done with keys has in common: their store, who owns what, and what is entered in the record."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from auth.api_key import ApiKey
from auth.caller import Audience
from auth.origins import is_origin
from auth.subject import HashedSubject
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.personal import person_of
from resolvers.platform.policies import API_KEYS
from store.platform.api_keys import ApiKeys

USUAL_LIFE = timedelta(days=365)
LONGEST_LIFE = timedelta(days=730)
LONGEST_LABEL = 100
MOST_ORIGINS = 20
MOST_KEYS = 10
"""Valid keys of one app that its owner may have at once."""
_APP = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class NewApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was just made. `key` is the key itself, which the hub does not keep."""

    key: str
    api_key: ApiKey

    def __repr__(self) -> str:
        return f"NewApiKey({self.api_key.code}, …)"


def keys_of(ctx: Context) -> ApiKeys:
    """The store of keys; raises NOT_CONFIGURED where the city offers none."""
    if ctx.api_keys is None:
        raise UserError(
            "NOT_CONFIGURED",
            id="Kota ini tidak menyediakan kunci untuk aplikasi.",
            en="This city offers no keys for apps.",
        )
    return ctx.api_keys


def names_of(ctx: Context) -> list[str]:
    """The keyed hashes by which the person who asks owns requests and keys; the first is for new ones."""
    return ctx.hasher.subjects(person_of(ctx).names) if ctx.hasher else []


def owns(ctx: Context, owner: str | None) -> bool:
    """Whether the person who asks owns it."""
    return owner is not None and ctx.caller.person is not None and owner in names_of(ctx)


def is_administrator(ctx: Context) -> bool:
    """Whether an administrator asks, and not through an app."""
    return ctx.caller.audience is Audience.ADMIN


async def enter(ctx: Context, owner: str | None) -> None:
    """Enter in the record that an administrator handles this person's request or key; else that it is the caller's."""
    await ctx.auditor.note(HashedSubject(owner) if owner else person_of(ctx).name, API_KEYS)


def check_app(app: str) -> None:
    """Raise BAD_USER_INPUT for what is no code of an app."""
    if not _APP.fullmatch(app) or len(app) > LONGEST_LABEL:
        raise bad(
            "app: huruf kecil dan angka, digabung dengan tanda hubung.", "app: lower-case words joined by dashes."
        )


def check_origins(origins: Sequence[str]) -> tuple[str, ...]:
    """Each once; raises BAD_USER_INPUT for what no browser sends, and for too many."""
    if not all(map(is_origin, origins)):
        raise bad("origins: seperti https://app.example.", "origins: like https://app.example.")
    if len(origins) > MOST_ORIGINS:
        raise bad(f"origins: paling banyak {MOST_ORIGINS}.", f"origins: {MOST_ORIGINS} at most.")
    return tuple(dict.fromkeys(origins))


def check_quota(quota: int | None) -> None:
    """Raise BAD_USER_INPUT for what is no quota."""
    if quota is not None and quota < 1:
        raise bad("quota: sedikitnya 1.", "quota: at least 1.")


def end_of(ctx: Context, expires_at: datetime | None) -> datetime:
    """When a key ends; raises BAD_USER_INPUT for what is past or far away."""
    now = ctx.clock.now()
    ends = expires_at or now + USUAL_LIFE
    if not now < ends <= now + LONGEST_LIFE:
        raise bad(
            f"expiresAt harus menyebut zona waktu dan jatuh dalam {LONGEST_LIFE.days} hari ke depan.",
            f"expiresAt needs a time zone and must be in the next {LONGEST_LIFE.days} days.",
        )
    return ends


def bad(indonesian: str, english: str) -> UserError:
    """BAD_USER_INPUT."""
    return UserError("BAD_USER_INPUT", id=indonesian, en=english)


def no_such_key() -> UserError:
    """NOT_FOUND, of a key that is not there or not the caller's."""
    return UserError("NOT_FOUND", id="Tidak ada kunci dengan kode ini.", en="There is no key with this code.")


def too_many_keys() -> UserError:
    """The app has as many keys as its owner may have."""
    return UserError(
        "TOO_MANY_KEYS",
        id=f"Aplikasi ini sudah punya {MOST_KEYS} kunci yang berlaku; cabut satu lebih dahulu.",
        en=f"The app has {MOST_KEYS} valid keys already; revoke one first.",
    )
