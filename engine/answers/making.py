"""How an answer that was made once becomes one that can be given again: its bytes, with places for its ages."""

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.answers.kept import KeptContent, Question
from engine.execution.used_operations import deprecation_headers
from engine.telemetry.operation import RootField
from resolvers.kit.context import Context
from resolvers.kit.life import FOREVER

LONGEST = 3_600.0
"""Seconds for which an answer is kept that follows from nothing but the schema."""
PLACE = b"\0"
"""Stands for an age in the bytes. JSON has no such byte: in a text it is written as an escape."""


class _Place:
    """An age: since when it counts."""

    __slots__ = ("born",)

    def __init__(self, born: float) -> None:
        self.born = born


def content_of(ctx: Context, body: dict[str, Any], cost: int, fields: Mapping[str, RootField]) -> KeptContent:
    """What is kept of this answer. The data of the body are used up."""
    life, listed, oldest = ctx.life, ctx.sources.listed(), ctx.sources.oldest()
    for path, born in life.ages:
        within: Any = body["data"]
        for step in path[:-1]:
            within = within[step]
        within[path[-1]] = _Place(born)
    shown: list[dict[str, Any]] = []
    for touched, born in zip(listed, oldest, strict=True):
        said = msgspec.to_builtins(touched)
        said["ageSeconds"] = _Place(born)
        if not life.live:
            said["tookMs"] = 0.0
        shown.append(said)
    pieces, born_at = _with_places({**body, "extensions": {**body["extensions"], "sources": shown}})
    now = life.clock.monotonic()
    return KeptContent(
        pieces=pieces,
        born=born_at,
        begun=now,
        ends=life.ends if life.ends < FOREVER else now + LONGEST,
        revalidate=life.revalidate if life.ends < FOREVER else 0.0,
        live=life.live,
        cost=cost,
        audience=ctx.caller.audience.value,
        language=ctx.language,
        fields=tuple((key, field.name) for key, field in fields.items()),
        touched=tuple(listed),
        oldest=oldest,
        readings=tuple(Question(*each) for each in life.readings),
        tags=frozenset(life.tags),
        copies=tuple(life.copies.values()),
        warnings=deprecation_headers(body["extensions"].get("deprecations", [])),
    )


def _with_places(body: Mapping[str, Any]) -> tuple[tuple[bytes, ...], tuple[float, ...]]:
    """The bytes around the ages, and since when each age counts."""
    born: list[float] = []

    def place(value: Any) -> msgspec.Raw:
        if not isinstance(value, _Place):
            raise TypeError(f"JSON has no words for {type(value).__name__}")
        born.append(value.born)
        return msgspec.Raw(PLACE)

    encoded = msgspec.json.encode(body, enc_hook=place)
    return tuple(encoded.split(PLACE)), tuple(born)
