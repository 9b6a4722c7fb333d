"""Which publishers of regulations are asked, and how a regulation is published with the copy that it is of."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from connectors.jdih.records import Jdih, Regulation, RegulationLevel
from connectors.kit.feed import Feed
from connectors.kit.structs import extended
from resolvers.kit.context import Context
from resolvers.kit.readings import configured, copies
from resolvers.kit.source import Source
from store.jdih.regulations import Found


class PublishedRegulation(Regulation, frozen=True, kw_only=True):
    """A regulation, and whose copy it is of. `code` is its publisher's code and its key there.

    `together` are those that were found with it: what they are related to is looked up at once.
    """

    code: str
    source: Source
    together: Sequence[Found]


async def sources_of(ctx: Context, level: RegulationLevel | None) -> tuple[dict[str, Source], list[Source]]:
    """By their codes those publishers whose copy may be read, and those whose may not."""
    readable, unavailable = await copies(ctx, _feeds(ctx, level))
    return {reading.agency: ctx.source(reading) for reading in readable}, unavailable


def version_of(ctx: Context, agencies: Iterable[str]) -> Hashable:
    """What differs once any regulation in the copies of these publishers may differ."""
    publishers = (ctx.agencies.with_code(Jdih, each) for each in agencies)
    return ctx.version(each.regulations() for each in publishers if each)


def _feeds(ctx: Context, level: RegulationLevel | None) -> list[Feed[Any]]:
    publishers = configured(ctx, Jdih, id="JDIH", en="a publisher of regulations")
    return [each.regulations() for each in publishers if level is None or each.level is level]


def published(found: Found, sources: Mapping[str, Source], together: Sequence[Found]) -> PublishedRegulation:
    """With what is told of it; `together` are those that are found with it."""
    return extended(
        PublishedRegulation,
        found.regulation,
        code=code_of(found),
        source=sources[found.agency],
        together=together,
    )


def code_of(found: Found) -> str:
    """Its code in the hub."""
    return f"{found.agency}/{found.regulation.key}"
