"""The tools of MCP: each trusted document that the caller may run."""

from collections.abc import Iterable
from typing import Any

import msgspec
from graphql import GraphQLSchema

from engine.doors.documents import DoorDocument
from engine.doors.json_schema import JsonSchemas
from engine.doors.selections import answer_of


def tools_of(schema: GraphQLSchema, documents: Iterable[DoorDocument]) -> msgspec.Raw:
    """These documents as tools, in JSON."""
    schemas = JsonSchemas(schema)
    return msgspec.Raw(msgspec.json.encode([_tool(each, schema, schemas) for each in documents]))


def _tool(document: DoorDocument, schema: GraphQLSchema, schemas: JsonSchemas) -> dict[str, Any]:
    variables = document.variables(schema)
    again = any(each.name == "idempotencyKey" for each in variables)
    return {
        "name": document.name,
        "title": " ".join(document.words).capitalize(),
        "description": "\n\n".join([document.title, *document.said(schema)]),
        "inputSchema": schemas.of_variables(variables),
        "outputSchema": answer_of(schemas, document),
        "annotations": {
            "readOnlyHint": not document.changes,
            "openWorldHint": False,
            **({"destructiveHint": True, "idempotentHint": again} if document.changes else {}),
        },
    }
