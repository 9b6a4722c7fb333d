"""An error that a resolver tells the caller, in Indonesian and in English."""

from collections.abc import Mapping
from typing import Any

from auth.lacks import Lack, Lacking, LackKind
from connectors.kit.bilingual import Bilingual


class UserError(Exception):
    """The question cannot be answered as it was asked. `code` is stable; the texts are for people.

    `told` are further values for programs, beside the code.
    """

    def __init__(self, code: str, *, id: str, en: str, told: Mapping[str, Any] | None = None) -> None:  # noqa: A002  the language's code
        super().__init__(en)
        self.code = code
        self.texts = Bilingual(id=id, en=en)
        self.told = told or {}


def forbidden(lacking: Lacking) -> UserError:
    """FORBIDDEN, with what is missing."""
    text = lacking.text
    return UserError("FORBIDDEN", id=text.id, en=text.en, told={"missing": lacking.told()})


def forbidden_because(kind: LackKind, *, id: str, en: str) -> UserError:  # noqa: A002  the language's code
    """FORBIDDEN for one reason, in words of its own."""
    return UserError("FORBIDDEN", id=id, en=en, told={"missing": Lacking(((Lack(kind),),)).told()})


def sign_in_first() -> UserError:
    """FORBIDDEN, because nobody has signed in."""
    return forbidden_because(LackKind.SIGN_IN, id="Masuk terlebih dahulu.", en="Sign in first.")
