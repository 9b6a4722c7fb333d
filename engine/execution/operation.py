"""How an operation runs, over whatever it came: its document, its surroundings, its door, and what is answered."""

import time
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from threading import Lock
from typing import Any, cast

import strawberry
import structlog
from graphql import ExecutionResult as GraphQLResult
from graphql import GraphQLSchema
from starlette.requests import HTTPConnection
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from auth.caller import Audience, Caller
from cache.use import CacheUse
from connectors.kit.clock import SystemClock
from connectors.kit.observer import Observers
from connectors.kit.urgency import URGENCY
from engine.execution.admission import Admission, Overloaded
from engine.execution.documents import Documents, Trust
from engine.execution.errors import present
from engine.execution.guard import OperationGuard, QuotaExceeded
from engine.execution.limits import DocumentLimits
from engine.execution.prepared import KEPT, PreparedDocuments
from engine.execution.quota import Quota, address_of
from engine.execution.request import BadRequest, OperationRequest
from engine.execution.result import begun, broken, definition_of
from engine.execution.urgencies import urgency_of
from engine.execution.used_operations import KnownOperation, UsedOperations
from engine.execution.weights import Weights
from engine.plans.plans import Plans
from engine.telemetry.operation import WatchedOperation
from engine.telemetry.telemetry import Telemetry
from resolvers.kit.context import Context
from resolvers.kit.deadline import Deadline

log = structlog.get_logger()

QUERY_SECONDS = 3.0
"""How long a whole query may take, unless the client asks for less."""


class OperationRunner:
    """Runs operations, each against its caller's schema. `context_for` makes the surroundings of one operation.

    `seconds`: how long a query may take. `emergency`: the codes of the apps of emergency services. `planned`: whether
    operations run by compiled plans. `used` is told of each operation that was answered.
    """

    def __init__(
        self,
        *,
        schema_for: Callable[[Audience], strawberry.Schema],
        context_for: Callable[[str, Caller, str, str, Deadline], Context],
        weights_for: Callable[[Audience], Weights] = lambda _: Weights(),
        documents: Documents | None = None,
        limits: DocumentLimits | None = None,
        document_bytes: int = KEPT,
        measuring: frozenset[str] = frozenset(),
        quota: Quota | None = None,
        telemetry: Telemetry | None = None,
        seconds: float = QUERY_SECONDS,
        admission: Admission | None = None,
        emergency: Collection[str] = (),
        planned: bool = True,
        used: UsedOperations | None = None,
    ) -> None:
        self.used = used
        self.seconds = seconds
        self.admission = admission or Admission()
        self._emergency = emergency
        self._schema_for = schema_for
        self._schemas: dict[Audience, strawberry.Schema] = {}
        self._building = Lock()
        self.telemetry = telemetry or Telemetry(SystemClock(), Observers())
        self.telemetry.metrics.waiting.set_function(lambda: self.admission.waiting)
        self._weights_for = weights_for
        self._context_for = context_for
        self.documents = documents or Documents({}, Trust.OFF)
        self._limits = limits or DocumentLimits()
        self._document_bytes = document_bytes
        self._prepared = PreparedDocuments(self._limits, document_bytes, self.telemetry.metrics)
        self._measuring = measuring
        self._quota = quota
        metrics = self.telemetry.metrics
        self.plans = Plans(metrics.plan_compiled.inc, metrics.plan_missing) if planned else None

    def weigh_anew(self) -> None:
        """Prepare all documents anew, with their plans and what they cost: there are other agencies now."""
        self._prepared = PreparedDocuments(self._limits, self._document_bytes, self.telemetry.metrics)

    def documents_use(self) -> CacheUse:
        """What the prepared documents have done since they were weighed last, and what they are."""
        return self._prepared.use()

    def schema_for(self, audience: Audience) -> strawberry.Schema:
        """The schema of an audience; none is made twice, or while another is made."""
        found = self._schemas.get(audience)
        if found is None:
            with self._building:
                found = self._schemas[audience] = self._schema_for(audience)
        return found

    def graphql_schema(self, audience: Audience) -> GraphQLSchema:
        """The same as graphql-core has it."""
        return self.schema_for(audience)._schema  # noqa: SLF001  graphql-core's own; it has no other name

    def get_ready(self, audience: Audience) -> None:
        """Build what operations of this audience need, unless it is there."""
        self.schema_for(audience)
        self._weights_for(audience)

    def door(self, caller: Caller, connection: HTTPConnection, deadline: Deadline) -> OperationGuard:
        """Through which one operation of who asks has to come. From here on, this task is as urgent as the caller."""
        urgency = urgency_of(caller, connection.headers, self._emergency)
        URGENCY.set(urgency)
        return OperationGuard(
            limits=self._limits,
            schema=self.graphql_schema(caller.audience),
            documents=self._prepared,
            weights=self._weights_for(caller.audience),
            measuring=self._measuring,
            deadline=deadline,
            admission=self.admission,
            urgency=urgency,
            account=self._quota.of(connection, caller) if self._quota else None,
        )

    def used_again(self, text: str, name: str | None, caller: Caller, *, cost: int, times: int = 1) -> None:
        """A kept answer to an operation of this text was given so often."""
        if self.used and self.used.counts:
            schema = self.graphql_schema(caller.audience)
            self.used.used(self.used.of(text, name, schema), caller, cost=cost, seconds=None, times=times)

    def begin(
        self,
        operation: OperationRequest,
        caller: Caller,
        connection: HTTPConnection,
        language: str,
        door: OperationGuard | None = None,
        *,
        document: str | None = None,
    ) -> "Operation":
        """An operation that is about to run, through the `door` where it came in; raises `BadRequest`."""
        document = document or self.documents.document(operation)
        door = door or self.door(caller, connection, Deadline(self.seconds))
        context = self._context_for(language, caller, document, address_of(connection), door.deadline)
        watched = self.telemetry.operation(caller, connection.headers.get("traceparent"))
        return Operation(self, operation, document, door, context, caller=caller, watched=watched)


class Operation:
    """One operation on its way."""

    def __init__(
        self,
        runner: OperationRunner,
        operation: OperationRequest,
        document: str,
        door: OperationGuard,
        context: Context,
        *,
        caller: Caller,
        watched: WatchedOperation,
    ) -> None:
        self._runner = runner
        self._watched = watched
        self._operation = operation
        self._document = document
        self._started = time.perf_counter()
        self.door = door
        self.caller = caller
        self.context = context
        self._named: KnownOperation | None = None
        self._answered = self._failed = self._streams = self._counted = False
        door.begun = watched.runs

    async def execute(self, allowed: Collection[OperationType]) -> ExecutionResult:
        """Run a query or a mutation; raises `BadRequest` for one of a kind that is not allowed here."""
        with self._watched:
            if refused := await self._refused():
                return refused
            try:
                definition = definition_of(self.door.known, self._operation.operation_name, allowed)
                if errors := await self.door.examine(definition, self._operation.variables or {}, self.context):
                    return ExecutionResult(data=None, errors=errors)
                result = begun(
                    self._operation,
                    self.door,
                    context=self.context,
                    executor=self._schema().execution_context_class,
                    extensions=self._extensions(),
                )
                result = result if isinstance(result, GraphQLResult) else await result
                return ExecutionResult(data=result.data, errors=result.errors)
            except BadRequest:
                raise
            except Exception as error:  # noqa: BLE001  the client is answered
                return broken(error)
            finally:
                self.door.deadline.close()
                await self.door.settle()

    async def stream(self) -> AsyncGenerator[ExecutionResult, None]:
        """Run it whatever its kind: one result of a query or a mutation, each event of a subscription."""
        self._streams = True
        return self._results()

    async def _results(self) -> AsyncGenerator[ExecutionResult, None]:
        with self._watched:
            if refused := await self._refused():
                yield refused
                return
            results = cast(AsyncGenerator[ExecutionResult, None], await self._schema().stream(**self._asked()))
            try:
                async with aclosing(results):
                    async for result in results:
                        yield result
            finally:
                self.door.deadline.close()
                await self.door.settle()
                self._count()

    def refused(self, bad: BadRequest) -> None:
        """Count what is answered instead of a result."""
        self._runner.telemetry.metrics.request_refused(bad.code)

    def told(self, result: ExecutionResult) -> dict[str, Any]:
        """What is answered."""
        body: dict[str, Any] = {}
        if result.errors:
            context = self.context
            body["errors"] = [present(error, context.language, context.agencies.name) for error in result.errors]
        if result.data is not None:
            body["data"] = result.data
        body["extensions"] = {"sources": self.context.sources.listed()}
        if result.data is not None and (known := self._known()) and known.deprecations:
            body["extensions"]["deprecations"] = known.warnings()
        if absences := self.context.absences.taken():
            body["extensions"]["absences"] = absences
        return body

    def body(self, result: ExecutionResult) -> dict[str, Any]:
        """The same, counted, and with a line in the log about it."""
        if result.data is not None:
            self._runner.documents.keep(self._operation)
        body = self.told(result)
        caller = self.caller
        if result.data is not None:
            self._failed = self._failed or bool(result.errors)
            self._answered = True
            if self.door.subscribes or not self._streams:
                self._count()
        codes = [error["extensions"]["code"] for error in body.get("errors", ())]
        failed = {error.path[0] for error in result.errors or () if error.path}
        self._watched.answered(result.data, failed, codes, self.door.work.fields)
        log.info(
            "graphql.operation",
            audience=caller.audience.value,
            app=caller.app.code if caller.app else None,
            ms=round((time.perf_counter() - self._started) * 1000, 1),
            codes=codes,
            agencies=len(body["extensions"]["sources"]),
            cost=self.door.cost,
        )
        return body

    def _known(self) -> KnownOperation | None:
        """What it names of the schema; None of a document that was not found good."""
        used, prepared = self._runner.used, self.door.prepared
        if self._named is None and used and prepared:
            name = self._operation.operation_name
            self._named = used.of(self._document, name, self.door.schema, prepared.document)
        return self._named

    def _count(self) -> None:
        """Count it, once it is answered and its cost is known; a subscription with its first event."""
        if self._answered and not self._counted and self._runner.used and (known := self._known()):
            self._counted = True
            seconds = None if self.door.subscribes else time.perf_counter() - self._started
            self._runner.used.used(known, self.caller, cost=self.door.cost, seconds=seconds, failed=self._failed)

    async def _refused(self) -> ExecutionResult | None:
        """What is answered where the document is none, or more than may be; raises `BadRequest`."""
        try:
            await self.door.enter()
            if self.door.hopeless(self._document):
                return ExecutionResult(data=None, errors=[Overloaded()])
            prepared = await self.door.read(self._document)
        except QuotaExceeded as error:
            return ExecutionResult(data=None, errors=[error])
        if not prepared.is_readable:
            return ExecutionResult(data=None, errors=prepared.errors)
        if self._operation.operation_name is None and prepared.several:
            raise BadRequest(400, "BAD_REQUEST", "Of several operations, operationName says which one.")
        return None

    def _schema(self) -> strawberry.Schema:
        return self._runner.schema_for(self.caller.audience)

    def _asked(self) -> dict[str, Any]:
        return {
            "query": self._document,
            "variable_values": self._operation.variables,
            "context_value": self.context,
            "operation_name": self._operation.operation_name,
            "operation_extensions": self._extensions(),
        }

    def _extensions(self) -> dict[str, Any]:
        door = self.door
        return {"door": door, "work": door.work, "weights": door.weights, "plans": self._runner.plans}
