"""Texts in arguments: their greatest length, and the words of a search."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resolvers.kit.errors import UserError

LETTERS = 200
"""The greatest length of a text argument, in characters."""
LETTERS_OF_A_NAME = 1_000
"""The greatest length of an argument that names one thing: a code, an id, a cursor."""
NAMES_ONE = frozenset({"id", "code", "slot", "booking", "after", "before"})
"""The arguments that name one thing."""


def most_letters(argument: str) -> int:
    """The greatest length of this argument."""
    return LETTERS_OF_A_NAME if argument in NAMES_ONE else LETTERS


def check_lengths(arguments: Mapping[str, Any]) -> None:
    """Raise BAD_USER_INPUT if a text, also in a list, is too long for its argument."""
    for argument, value in arguments.items():
        most = most_letters(argument)
        if any(len(each) > most for each in _texts(value)):
            first, *others = argument.split("_")
            name = first + "".join(map(str.capitalize, others))
            raise UserError(
                "BAD_USER_INPUT", id=f"{name} paling panjang {most} huruf.", en=f"{name} has at most {most} letters."
            )


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def words_of(wanted: str) -> Sequence[str]:
    """The words of a text, by which it is looked for, in any case."""
    return wanted.casefold().split()
