"""What regulations do to each other, as their publishers say: amend, revoke, and suffer it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from connectors.jdih.records import Verb
from resolvers.jdih.rules import citation_of, links_of
from resolvers.jdih.sources import PublishedRegulation, code_of, published, sources_of, version_of
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from store.jdih.regulations import Found, RegulationCopies


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """Another regulation, where it is certain which, and how a publisher says it."""

    text: str
    regulation: PublishedRegulation | None


async def amends(root: PublishedRegulation, ctx: Context, *, page: PageArguments) -> Page[Relation]:
    return await _relations(root, ctx, Verb.AMENDS, page)


async def amended_by(root: PublishedRegulation, ctx: Context, *, page: PageArguments) -> Page[Relation]:
    return await _relations(root, ctx, Verb.AMENDED_BY, page)


async def revokes(root: PublishedRegulation, ctx: Context, *, page: PageArguments) -> Page[Relation]:
    return await _relations(root, ctx, Verb.REVOKES, page)


async def revoked_by(root: PublishedRegulation, ctx: Context, *, page: PageArguments) -> Page[Relation]:
    return await _relations(root, ctx, Verb.REVOKED_BY, page)


async def _relations(root: PublishedRegulation, ctx: Context, verb: Verb, page: PageArguments) -> Page[Relation]:
    """The newest first; those that are only words last."""
    names = tuple(code_of(each) for each in root.together)
    related = await ctx.once(("related", *names), lambda: _related(ctx, root.together))
    return paginate(related[root.code, verb], _place, page, order=f"regulations:{verb.value}")


def _place(relation: Relation) -> tuple[str | int, ...]:
    other = relation.regulation
    return (-(other.year or 0), other.code, relation.text) if other else (0, "", relation.text)


async def _related(ctx: Context, together: Sequence[Found]) -> Mapping[tuple[str, Verb], list[Relation]]:
    """What each of these does to others and suffers from them, whichever of the two publishers says so.

    The store is asked twice, however many they are: for those that name one of these, and for all that are named.
    """
    sources, _unavailable = await sources_of(ctx, None)
    store, agencies, version = ctx.store.of(RegulationCopies), list(sources), version_of(ctx, sources)
    selves = {name for each in together if (name := citation_of(each.regulation))}
    saying = _by_code([*together, *await store.naming(agencies, selves, version)])
    cited = {said.cited for each in together for said in each.regulation.statements if said.cited}
    among = await store.named(agencies, cited | selves, version)

    others = {code: each for code, each in (_by_code(among) | saying).items() if each.agency in sources}
    known = {code: published(each, sources, tuple(others.values())) for code, each in others.items()}
    related = defaultdict[tuple[str, Verb], dict[str, Relation]](dict)
    for link in links_of(saying.values(), among):
        other = code_of(link.other) if link.other else ""
        relation = Relation(text=link.text, regulation=known.get(other))
        related[code_of(link.one), link.verb].setdefault(other or link.text, relation)
    return defaultdict(list, {key: list(each.values()) for key, each in related.items()})


def _by_code(found: Iterable[Found]) -> dict[str, Found]:
    """Each once, in their order."""
    return {code_of(each): each for each in found}
