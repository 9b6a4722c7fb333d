"""The ready documents of docs/queries/: what each is, and for whom."""

import re
from typing import NamedTuple

from graphql import DocumentNode, OperationDefinitionNode, OperationType, parse

from auth.caller import Audience
from tests.conftest import ACCOUNTS, ROOT

SIGNED_IN = {
    "citizen": Audience.CITIZEN,
    "officer": Audience.OFFICER,
    "keeper": Audience.OFFICER,
    "administrator": Audience.ADMIN,
}
FOR_WHOM = re.compile(rf"^# As an? ({'|'.join(SIGNED_IN)})\.$", re.MULTILINE)


class Document(NamedTuple):
    """One of them. Who must have signed in for it stands in its second line: `# As a citizen.`"""

    name: str
    text: str

    @property
    def audience(self) -> Audience:
        """Who asks it."""
        declared = FOR_WHOM.search(self.text)
        return SIGNED_IN[declared[1]] if declared else Audience.PUBLIC

    @property
    def account(self) -> str:
        """By which account of the sandbox that one signs in."""
        declared = FOR_WHOM.search(self.text)
        return "keeper" if declared and declared[1] == "keeper" else ACCOUNTS.get(self.audience, "")

    @property
    def parsed(self) -> DocumentNode:
        """As a tree."""
        return parse(self.text)

    @property
    def operation(self) -> OperationDefinitionNode:
        """Its one operation."""
        (one,) = (each for each in self.parsed.definitions if isinstance(each, OperationDefinitionNode))
        return one


DOCUMENTS = {
    path.stem: Document(path.stem, path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "docs" / "queries").glob("*.graphql"))
}
QUERIES = [each for each in DOCUMENTS.values() if each.operation.operation is OperationType.QUERY]
EVERYBODYS = [each for each in QUERIES if each.audience is Audience.PUBLIC]
