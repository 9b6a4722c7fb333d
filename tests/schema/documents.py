"""The ready documents of docs/queries/: what each is, and for whom."""

import re
from pathlib import Path
from typing import NamedTuple

import msgspec
from graphql import DocumentNode, OperationDefinitionNode, OperationType, parse

from auth.caller import Audience
from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import read_configuration
from engine.pages.graphiql.examples import examples, written_out
from sandbox.kit.people import ACCOUNTS as PEOPLE
from tests.conftest import ACCOUNTS
from tests.profiles import CITY

ROLES = {"officer": Audience.OFFICER, "administrator": Audience.ADMIN}
SIGNED_IN = {
    "administrator" if name == "admin" else name: next(
        (ROLES[role] for role in each.roles if role in ROLES), Audience.CITIZEN
    )
    for name, each in PEOPLE.items()
}
"""By the account of the sandbox that it names."""
SIGNED_IN["app"] = Audience.PARTNER
FOR_WHOM = re.compile(rf"^# As an? ({'|'.join(SIGNED_IN)})\.$", re.MULTILINE)


class Document(NamedTuple):
    """One of them. Who must have signed in for it stands in its second line: `# As a citizen.`"""

    name: str
    written: str
    variables: dict[str, object]

    @property
    def text(self) -> str:
        """With its variables as defaults, so that it can be asked without any."""
        return written_out(self.written, self.variables)

    @property
    def audience(self) -> Audience:
        """Who asks it."""
        declared = FOR_WHOM.search(self.written)
        return SIGNED_IN[declared[1]] if declared else Audience.PUBLIC

    @property
    def account(self) -> str:
        """By which account of the sandbox that one signs in."""
        declared = FOR_WHOM.search(self.written)
        return declared[1] if declared and declared[1] in PEOPLE else ACCOUNTS.get(self.audience, "")

    @property
    def parsed(self) -> DocumentNode:
        """As a tree."""
        return parse(self.written)

    @property
    def operation(self) -> OperationDefinitionNode:
        """Its one operation."""
        (one,) = (each for each in self.parsed.definitions if isinstance(each, OperationDefinitionNode))
        return one


def documents_in(folder: Path) -> dict[str, Document]:
    """All of them with the variables of the city in this folder."""
    values = read_configuration(folder / "agencies.toml", CONNECTORS, None).examples
    return {
        each.name: Document(each.name, each.query, msgspec.to_builtins(each.variables))
        for each in sorted(examples(values), key=lambda each: f"{each.name}.graphql")
    }


DOCUMENTS = documents_in(CITY)
QUERIES = [each for each in DOCUMENTS.values() if each.operation.operation is OperationType.QUERY]
EVERYBODYS = [each for each in QUERIES if each.audience is Audience.PUBLIC]

KEY = {
    "app": "contoh-app",
    "label": "Tests",
    "scopes": ["RESIDENCE"],
    "quota": 1000,
    "origins": ["https://app.example"],
}
ASKED_KEY = {"app": "contoh-minta", "purpose": "Jadwal pelayanan", "contact": "tim@kantor.example"}
COMPLAINT = {
    "complaint": {"topic": "laksa/002", "text": "Jalan berlubang", "address": "Jl. Contoh No. 5"},
    "idempotencyKey": "a wish",
}
MAINTENANCE = {
    "agency": "bapenda",
    "startsAt": "2026-11-24T00:00:00+07:00",
    "endsAt": "2026-11-24T04:00:00+07:00",
    "indonesian": "Pemeliharaan basis data",
    "english": "Maintenance of the database",
}
RECOVERY = {
    "agency": "bapenda",
    "at": "2026-11-23T14:00:00+07:00",
    "indonesian": "Listrik padam",
    "english": "A power cut",
}
SLOT = {"slot": "gor-kota/1-20261124T0300Z", "idempotencyKey": "a wish"}
"""Variables for what a document does, by what it is about."""
