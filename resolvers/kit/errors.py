"""An error that a resolver tells the caller, in Indonesian and in English."""

from collections.abc import Mapping
from typing import Any

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
