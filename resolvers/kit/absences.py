"""Why there is nothing: no such thing, or an agency that answers and does not publish it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from connectors.kit.bilingual import Bilingual
from resolvers.kit.errors import UserError

NO_SUCH_THING = Bilingual(
    id="Tidak ada yang bernomor, berkode, atau bernama demikian.",
    en="There is nothing of this number, code or name.",
)


class NotPublished(UserError):
    """What was asked for exists, and the agency answers, but it does not publish it, or not yet.

    It is no error in the graph: the field is null, or `instead`, and the reason stands in `extensions.absences`.
    """

    def __init__(self, agency: str | None = None, *, id: str, en: str, instead: Any = None) -> None:  # noqa: A002  the language's code
        super().__init__("NOT_PUBLISHED", id=id, en=en)
        self.agency = agency
        self.instead = instead


class Absence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One in `extensions.absences`: the field, NOT_FOUND or NOT_PUBLISHED, and the reason for people."""

    path: list[str | int]
    code: str
    message: str
    agency: str | None = None


class Absences:
    """The absences of one answer, added while it is made."""

    def __init__(self) -> None:
        self._noted: list[Absence] = []

    def not_found(self, path: Sequence[str | int], language: str) -> None:
        """A root field says that there is no such thing."""
        self._noted.append(Absence(path=[*path], code="NOT_FOUND", message=NO_SUCH_THING[language]))

    def not_published(self, path: Sequence[str | int], language: str, why: NotPublished) -> None:
        """A field says that the agency does not publish this."""
        self._noted.append(Absence(path=[*path], code=why.code, message=why.texts[language], agency=why.agency))

    def taken(self) -> list[Absence]:
        """Those since the answer before: a subscription has many."""
        taken, self._noted = self._noted, []
        return taken
