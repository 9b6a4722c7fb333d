"""The relations between regulations, as their publishers state them: amends, revokes, and the reverse."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from connectors.jdih.records import Verb
from resolvers.jdih.regulations import PublishedRegulation, code_of, published, sources_of
from resolvers.jdih.rules import citation_of, meant
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from store.jdih.regulations import Found, RegulationCopies


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """The publisher's words, and the other regulation, if it is certain which one is meant."""

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
    """The newest regulations first; relations that are only words come last."""
    names = tuple(code_of(each) for each in root.together)
    related = await ctx.once(("related", *names), lambda: _related(ctx, root.together))
    return paginate(related[root.code, verb], _place, page, order=f"regulations:{verb.value}")


def _place(relation: Relation) -> tuple[str | int, ...]:
    other = relation.regulation
    return (-(other.year or 0), other.code, relation.text) if other else (0, "", relation.text)


async def _related(ctx: Context, together: Sequence[Found]) -> Mapping[tuple[str, Verb], list[Relation]]:
    """The relations of these regulations in both directions, whichever of the two publishers states them.

    It takes a fixed number of queries, whatever the number of regulations.
    """
    sources, _unavailable = await sources_of(ctx, None)
    store, agencies = ctx.store.of(RegulationCopies), list(sources)
    selves = {named for each in together if (named := citation_of(each.regulation))}
    saying = [*together, *await store.naming(agencies, selves)]
    cited = {said.cited for each in together for said in each.regulation.statements if said.cited}
    among = await store.named(agencies, cited | selves)

    others = {code_of(each): each for each in (*among, *saying) if each.agency in sources}
    known = {code: published(each, sources, tuple(others.values())) for code, each in others.items()}
    found = defaultdict[tuple[str, Verb], dict[str, Relation]](dict)
    inverse = []
    for each in {code_of(each): each for each in saying}.values():
        code = code_of(each)
        for said in each.regulation.statements:
            other = meant(said.cited, each, among) if said.cited else None
            to = code_of(other) if other else said.text
            found[code, said.verb].setdefault(to, Relation(text=said.text, regulation=known.get(to)))
            if other:
                told = Relation(text=each.regulation.status_text or said.text, regulation=known.get(code))
                inverse.append(((to, said.verb.inverse), code, told))
    for key, code, told in inverse:
        found[key].setdefault(code, told)
    return defaultdict(list, {key: list(relations.values()) for key, relations in found.items()})
