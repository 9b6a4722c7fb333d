"""The door of an operation: measured before it is validated, refused where it asks for too much, and charged.

Validation compares fields with each other, so what is too large must not come to it. What is charged is the work: for
coming in, for reading the document (refused, unparsable and invalid ones too), and for what was answered. Before it
runs, an operation has to have as much left as it may cost; what it did not use is given back.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import msgspec
import structlog
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from strawberry.extensions import SchemaExtension

from connectors.kit.urgency import Urgency
from engine.execution.admission import Admission, Overloaded
from engine.execution.known_accounts import Charged, QuotaAccount
from engine.execution.limits import DocumentLimits, Measure
from engine.execution.parsing import LimitExceeded
from engine.execution.prepared import Prepared, PreparedDocuments
from engine.execution.staleness import greatest_age
from engine.execution.weights import Weights
from engine.plans.work import Work
from resolvers.kit.context import Context
from resolvers.kit.deadline import Deadline
from resolvers.kit.errors import UserError

log = structlog.get_logger()

# A unit is about 12 µs of a core; tests/soak/test_cost_is_work.py measures it over all kinds of documents.
ENTRY = 150
"""What it costs to come in, whatever is asked."""
BYTES = 2_000
"""Of a body, read and decoded for one unit."""
CHARACTERS = 200
"""Of a document, looked at for one unit."""
PARSED = 8
"""Tokens that are parsed for one unit; to validate what is no comment costs a unit each."""
PAIRS = 8
"""Pairs of fragments in one place that are compared for one unit."""


class QuotaExceeded(GraphQLError):
    """The client has asked for too much within the minute."""

    def __init__(self) -> None:
        super().__init__("The quota is used up.")


class CostExceedsQuota(QuotaExceeded):
    """What is asked for costs more than the client may ever spend in a minute, so to wait is of no use."""

    def __init__(self, cost: int, quota: int) -> None:
        super().__init__()
        self.cost = cost
        self.quota = quota


class OperationGuard(msgspec.Struct, kw_only=True):
    """The limits of one hub, and what one operation asks for and does. `measuring` are limits not enforced yet.

    `account` is what the client has left. `admit` is told what kind of operation it is, before its cost is charged, and
    says whether it may run: None, or what the caller is told. `kind` is None until the document is understood. `begun`
    is told the kind of an operation that runs from now on.
    """

    limits: DocumentLimits
    schema: GraphQLSchema
    weights: Weights
    documents: PreparedDocuments
    measuring: frozenset[str] = frozenset()
    deadline: Deadline = msgspec.field(default_factory=Deadline)
    admission: Admission = msgspec.field(default_factory=Admission)
    urgency: Urgency = Urgency.CITIZEN
    account: QuotaAccount | None = None
    admit: Callable[[OperationType], UserError | None] | None = None
    begun: Callable[[OperationType], None] | None = None
    prepared: Prepared | None = None
    validated: int = 0
    work: Work = msgspec.field(default_factory=Work)
    charged: Charged | None = None
    cost: int = 0
    reserved: int = 0
    entered: bool = False
    owed: int = 0
    runs: bool = False
    overloaded: bool = False
    too_dear: bool = False
    kind: OperationType | None = None

    @property
    def subscribes(self) -> bool:
        """Whether it is a subscription, as far as that is known."""
        return self.kind is OperationType.SUBSCRIPTION

    @property
    def changes(self) -> bool:
        """Whether it is a mutation, as far as that is known."""
        return self.kind is OperationType.MUTATION

    @property
    def known(self) -> Prepared:
        """The document, which was read."""
        if self.prepared is None:
            raise TypeError("no document was read")
        return self.prepared

    async def enter(self) -> None:
        """Charge for coming in, once; raises `QuotaExceeded` before anything is done."""
        if not self.entered and (refused := await self._pay(ENTRY, later=True)):
            raise refused
        self.entered = True

    async def receive(self, size: int) -> None:
        """Charge for a body of so many bytes, which has come."""
        await self._charge(size // BYTES, done=True, later=True)

    async def repeat(self, cost: int) -> None:
        """Charge for an answer that was made before as if it were made again; raises `QuotaExceeded`."""
        if refused := await self._pay(cost):
            raise refused

    def hopeless(self, text: str) -> bool:
        """Whether the hub has no room for this document; asked before it is read."""
        self.overloaded = self.admission.is_hopeless(self.urgency, text)
        return self.overloaded

    async def take_turn(self, cost: int, text: str) -> list[GraphQLError]:
        """Wait until the hub has room for it; what is wrong where it has none. A subscription needs none."""
        if not self.subscribes:
            self.runs = await self.admission.enter(self.urgency, cost, text)
            self.overloaded = not self.runs
        return [Overloaded()] if self.overloaded else []

    async def read(self, text: str) -> Prepared:
        """The document, charged as if nobody had read it before, and whatever is wrong with it.

        For one that is known to be good, that is charged together with what comes next: it has cost nothing yet.
        """
        self.prepared = prepared = self.documents.of(text, self.schema)
        self.validated = prepared.say
        cost = prepared.length // CHARACTERS + prepared.tokens // PARSED
        if prepared.is_valid:
            self.owed = cost
        else:
            await self._charge(cost, done=True)
        if not prepared.is_looked_through:
            await asyncio.sleep(0)  # others have their turn before it is validated
        return prepared

    async def examine(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any], surroundings: Context
    ) -> list[GraphQLError]:
        """What is wrong with an operation of the document that was read; where nothing is, it runs from now on."""
        prepared = self.known
        surroundings.auditor.call_it(operation.name.value if operation.name else None)
        self.kind = operation.operation
        if self.changes:
            self.deadline.lift()  # nobody may be left not knowing whether it was done
        found = prepared.measured(operation, variables, self.weights)
        self.validated += prepared.pairs // PAIRS
        errors = self.refuse(found) or self.admitted(operation.operation) or await self.reserve(found.cost)
        errors = errors or await self.take_turn(found.cost, prepared.text)
        errors = errors or await prepared.validated() or self._demand(operation, variables, surroundings)
        if not errors and self.begun:
            self.begun(operation.operation)
        return errors

    def refuse(self, found: Measure) -> list[GraphQLError]:
        """What is wrong with it; what is only being measured goes to the log instead."""
        errors: list[GraphQLError] = []
        for name, most, asked in found.beyond(self.limits):
            log.info("limit.exceeded", limit=name, most=most, asked=asked, enforced=name not in self.measuring)
            if name not in self.measuring:
                errors.append(LimitExceeded(name, most, asked))
        return errors

    def admitted(self, kind: OperationType) -> list[GraphQLError]:
        """What is wrong where it may not run now, whatever it asks for."""
        refusal = self.admit(kind) if self.admit else None
        return [GraphQLError(str(refusal), original_error=refusal)] if refusal else []

    async def reserve(self, cost: int) -> list[GraphQLError]:
        """Charge for validation and for all that it may cost; what is wrong where the client has not so much left."""
        if refused := await self._pay(self.owed + self.validated + cost):
            return [refused]
        self.owed, self.reserved = 0, cost
        return []

    async def settle(self) -> None:
        """Make room for the next one, and give back what was reserved and not used."""
        if self.runs:
            self.runs = False
            self.admission.leave()
        if self.owed:
            await self._charge(self.owed, done=True)
            self.owed = 0
        unused, self.reserved = max(0, self.reserved - self.work.cost), 0
        self.cost -= unused
        if unused and self.account:
            self.charged = await self.account.charge(-unused, later=True)

    async def _pay(self, cost: int, *, later: bool = False) -> QuotaExceeded | None:
        """Charge for what is to be done; what the client is told whose minute is used up, or never holds so much."""
        whole = self.cost + cost
        if self.account and whole > self.account.quota:
            self.too_dear = True
            return CostExceedsQuota(whole, self.account.quota)
        return None if await self._charge(cost, later=later) else QuotaExceeded()

    async def _charge(self, cost: int, *, done: bool = False, later: bool = False) -> bool:
        """Whether there was enough left. What is done already is paid as far as there is."""
        charged = await self.account.charge(cost, done=done, later=later) if self.account and cost else None
        if charged and self.charged and not self.charged.allowed:
            charged = msgspec.structs.replace(charged, allowed=False)  # it was refused before
        self.charged = charged or self.charged
        if charged is None or charged.allowed or done:
            self.cost += cost
        return charged is None or charged.allowed

    def _demand(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any], surroundings: Context
    ) -> list[GraphQLError]:
        """Note how old the answers may be; what is wrong with that."""
        try:
            age = greatest_age(self.schema, operation, variables)
        except GraphQLError as error:
            return [error]
        if age is not None:
            surroundings.demands.at_most = age
        return []


class LimitsExtension(SchemaExtension):
    """Has the `door` that came with the operation read and validate its document, in place of the library."""

    def on_operation(self) -> Iterator[None]:
        """The document was read at the door."""
        if (door := self._door()) and door.prepared:
            self.execution_context.graphql_document = door.prepared.document
        yield

    async def on_validate(self) -> AsyncIterator[None]:
        """Measured, and charged for, first."""
        context = self.execution_context
        if (door := self._door()) and door.prepared:
            operation = door.prepared.operation(context.operation_name)
            if operation:
                errors = await door.examine(operation, context.variables or {}, context.context)
                context.pre_execution_errors = errors or None
                context.validation_rules = ()  # done
        yield

    def _door(self) -> OperationGuard | None:
        return (self.execution_context.operation_extensions or {}).get("door")
