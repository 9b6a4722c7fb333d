"""The texts that are asked with: how long they may be, and how they are searched for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resolvers.kit.errors import UserError

LETTERS = 200
"""Of a text that is given as an argument."""
LETTERS_OF_A_NAME = 1_000
"""Of what names one thing, and is made by the hub: a code, an id, a cursor."""
NAMES_ONE = frozenset({"id", "code", "slot", "booking", "after", "before"})
"""The arguments that do."""


def most_letters(argument: str) -> int:
    """How long a text this argument takes."""
    return LETTERS_OF_A_NAME if argument in NAMES_ONE else LETTERS


def check_lengths(arguments: Mapping[str, Any]) -> None:
    """Raises BAD_USER_INPUT where a text, in a list too, is longer than its argument takes."""
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
    """The words of a search, once for all that is searched."""
    return wanted.casefold().split()


def has_words(text: str, wanted: Sequence[str]) -> bool:
    """Whether each of the wanted words begins or stands within one of the text's, in any case."""
    folded = text.casefold()
    return all(word in folded for word in wanted)
