"""A declared envelope: where an answer keeps its code and its rows, because HTTP 200 alone says nothing here."""

import msgspec

from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyUnavailable


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """How to open the answers of one protocol.

    `rows` and `code` are dotted paths. Upper and lower case of keys are the same, and "" is the whole body. Codes are
    compared as text without blanks around; a boolean is `true` or `false`. A code in `absent` means that there is no
    such thing: the answer is None, not an error. A code in none of the sets is `AgencyChanged`.
    """

    rows: str = ""
    code: str | None = None
    accepted: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    unavailable: frozenset[str] = frozenset()

    def open(self, body: object, agency: str) -> object | None:
        """The rows; None if the agency has no such thing. Raises an `AgencyError` for a code that means failure."""
        if self.code is not None:
            code = _as_text(_follow(body, self.code, agency), self.code, agency)
            if code in self.absent:
                return None
            if code not in self.accepted:
                raise self._failure(code, agency)
        return _follow(body, self.rows, agency)

    def _failure(self, code: str, agency: str) -> AgencyError:
        if code in self.rejected:
            return AgencyRejected(agency, f"{self.code} says that the request is refused")
        if code in self.unavailable:
            return AgencyUnavailable(agency, f"{self.code} says that it cannot answer now")
        return AgencyChanged(agency, f"{self.code} is none of the codes known")


def _follow(body: object, path: str, agency: str) -> object:
    at = body
    for step in path.split(".") if path else ():
        if not isinstance(at, dict):
            raise AgencyChanged(agency, f"{path}: {step} is looked for in {type(at).__name__}, not in an object")
        for key, value in at.items():
            if str(key).casefold() == step.casefold():
                at = value
                break
        else:
            raise AgencyChanged(agency, f"{path}: {step} is missing")
    return at


def _as_text(code: object, path: str, agency: str) -> str:
    if isinstance(code, bool):
        return str(code).lower()
    if not isinstance(code, str | int):
        raise AgencyChanged(agency, f"{path} is {type(code).__name__}, not a code")
    return str(code).strip()
