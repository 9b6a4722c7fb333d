"""Several agencies of one kind, asked at the same time: their answers, and the agencies that did not answer."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NoReturn, TypeVar

from connectors.kit.command import Command
from connectors.kit.connector import AnyConnector
from connectors.kit.errors import AgencyError
from connectors.kit.feed import Feed
from connectors.kit.read import Read
from connectors.kit.reading import Reading
from connectors.kit.together import outcomes
from resolvers.kit.age import Age
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.hedging import hedged
from resolvers.kit.source import Source

T = TypeVar("T")
K = TypeVar("K", bound=AnyConnector)


def configured(
    ctx: Context,
    kind: type[K],
    *,
    id: str,  # noqa: A002  the language's code
    en: str,
    where: Callable[[K], bool] | None = None,
) -> tuple[K, ...]:
    """The agencies of this kind; raises NOT_CONFIGURED, with these words for the subject, if there is none."""
    agencies = ctx.agencies.of(kind)
    return (tuple(filter(where, agencies)) if where else agencies) or not_configured(id, en)


def age(root: Source, _: Context) -> Age | None:
    """How old the answer is. Where it stands is noted, because an answer that is kept grows older."""
    return root.age_seconds


async def first_answer(ctx: Context, agencies: Iterable[K], ask: Callable[[K], Awaitable[T]]) -> T:
    """The answer of the first agency that answers; "there is none" is an answer, unless an agency before it is late.

    If all fail, the first failure is raised.
    """
    answers, failures = await hedged(ctx, agencies, ask, lambda given, alone: alone or bool(given.answer))
    if answers:
        return answers[0].answer
    raise failures[0] if failures else LookupError("nobody to ask")


async def readings(ctx: Context, reads: Iterable[Read[T]]) -> tuple[list[Reading[T]], list[Source]]:
    """The answers, and the agencies that did not answer. If none answers, the first failure is raised."""
    asked = [*reads]
    at_hand = [kept for each in asked if (kept := ctx.at_hand(each)) is not None]
    return (at_hand, []) if len(at_hand) == len(asked) else await _sorted_out(ctx, map(ctx.reading, asked))


async def commands(ctx: Context, done: Iterable[Command[T]]) -> tuple[list[Reading[T]], list[Source]]:
    """The results of the commands, and the agencies that failed. If all fail, the first failure is raised."""
    return await _sorted_out(ctx, map(ctx.execute, done))


async def copies(ctx: Context, feeds: Iterable[Feed[Any]]) -> tuple[list[Reading[int]], list[Source]]:
    """The copies that may be read, and the agencies whose copy may not.

    If there is none, the first failure is raised.
    """
    asked = [*feeds]
    at_hand = [kept for each in asked if (kept := ctx.copy_at_hand(each)) is not None]
    return (at_hand, []) if len(at_hand) == len(asked) else await _sorted_out(ctx, map(ctx.copy, asked))


async def _sorted_out(ctx: Context, asked: Iterable[Awaitable[Reading[T]]]) -> tuple[list[Reading[T]], list[Source]]:
    answers, failures = [], []
    for outcome in await outcomes(asked):
        if isinstance(outcome, AgencyError):
            failures.append(outcome)
        else:
            answers.append(outcome)
    if failures and not answers:
        raise failures[0]
    return answers, [ctx.no_source(failure) for failure in failures]


def not_configured(of: str, of_en: str) -> NoReturn:
    """Raise NOT_CONFIGURED with these words for the subject."""
    raise UserError(
        "NOT_CONFIGURED", id=f"Kota ini belum menghubungkan {of}.", en=f"This city has not connected {of_en}."
    )
