"""What a resolver says to the person who asked, in Indonesian and in English."""

from collections.abc import Mapping
from typing import Any

from connectors.kit.bilingual import Bilingual


class UserError(Exception):
    """The question cannot be answered as it was put. `code` is stable; the texts are for people.

    `told` stands beside the code, for programs.
    """

    def __init__(self, code: str, *, id: str, en: str, told: Mapping[str, Any] | None = None) -> None:  # noqa: A002
        super().__init__(en)
        self.code = code
        self.texts = Bilingual(id=id, en=en)
        self.told = told or {}
