"""The description of all paths of the REST door, as OpenAPI 3.1."""

import hashlib
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import msgspec
from graphql import GraphQLSchema

from connectors.kit.bilingual import Bilingual
from engine.doors.documents import DocumentVariable, DoorDocument
from engine.doors.json_schema import Json, JsonSchemas
from engine.doors.parameters import is_in_parts, is_list, is_plain
from engine.doors.problems import PROBLEM
from engine.doors.selections import answer_of
from resolvers.registry import TITLES
from schema.root import domains_of_roots

SCHEMAS = "#/components/schemas/"
LANGUAGE: Json = {
    "name": "Accept-Language",
    "in": "header",
    "description": "The language of texts and errors: `id` or `en`.",
    "schema": {"type": "string", "default": "id"},
}
HEADERS: Json = {
    "Cost": {"description": "What the answer cost of the quota.", "schema": {"type": "integer"}},
    "RateLimit": {"description": "What is left of this minute's quota.", "schema": {"type": "string"}},
    "CacheStatus": {
        "description": "Whether an agency was asked for the answer (RFC 9211).",
        "schema": {"type": "string"},
    },
    "Age": {"description": "The age of the oldest data, in seconds.", "schema": {"type": "integer"}},
    "ETag": {"description": "The tag of these bytes, for `If-None-Match`.", "schema": {"type": "string"}},
    "RetryAfter": {"description": "Seconds after which to try again.", "schema": {"type": "integer"}},
}
PROBLEM_SCHEMA: Json = {
    "type": "object",
    "description": "Problem details (RFC 9457), with the code that the error has in the graph.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people, in the language of the request."},
        "code": {"type": "string", "description": "For programs; it never changes."},
        "errors": {
            "type": "array",
            "description": "All that is wrong: of a parameter its name, of a field its path.",
            "items": {
                "type": "object",
                "properties": {
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "parameter": {"type": "string"},
                    "path": {"type": "array", "items": {"type": ["string", "integer"]}},
                },
                "required": ["code", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
}
CONFLICT = "409"
"""The status of what only something that changes things can be told."""
WHY = {
    "400": "A parameter cannot be so; `errors` names all of them.",
    "401": "The token or the key is not valid, or there is none.",
    "403": "This is not given to who asks.",
    "404": "There is no such thing, or its agency does not publish it.",
    CONFLICT: "What was asked for cannot be done as things are.",
    "429": "The quota of this minute is used up.",
    "503": "An agency, or the hub, does not answer now.",
}
SECURITY: Json = {
    "key": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "The key of an app."},
    "token": {"type": "http", "scheme": "bearer", "description": "An access token of the city's identity provider."},
}


class About(NamedTuple):
    """What doors say of the hub: the name of its city, its version, whom one can ask, and where its terms are."""

    city: str
    version: str
    contact: str | None = None
    terms: str | None = None


NOTHING = About("", "")


class Described(NamedTuple):
    """A description as JSON, and its tag."""

    text: bytes
    tag: str


def described(
    about: About, schema: GraphQLSchema, documents: Iterable[DoorDocument], anybodys: Collection[str]
) -> Described:
    """The description of these documents; those of these names may be run by anybody."""
    schemas, domains = JsonSchemas(schema, SCHEMAS), domains_of_roots()
    paths: Json = {}
    changes = False
    used: dict[str, Bilingual | None] = {}
    for each in documents:
        tags = sorted({domains[root] for root in each.roots if root in domains})
        used |= {tag: TITLES.get(tag) for tag in tags}
        by, changes = each.method(schema).lower(), changes or each.changes
        operation = _operation(each, schema, schemas, by)
        operation["tags"] = tags
        operation["security"] = [*([{}] if each.name in anybodys else []), {"key": []}, {"token": []}]
        paths[f"/rest/{each.name}"] = {"parameters": [{"$ref": "#/components/parameters/Language"}], by: operation}
    components = {
        "schemas": {"Problem": PROBLEM_SCHEMA, **dict(sorted(schemas.components.items()))},
        "parameters": {"Language": LANGUAGE},
        "headers": HEADERS,
        "responses": {f"Problem{each}": _problem(each) for each in _statuses(changes=changes)},
        "securitySchemes": SECURITY,
    }
    subjects = [
        {"name": tag, "description": f"{said['id']} / {said['en']}" if said else tag}
        for tag, said in sorted(used.items())
    ]
    body = {"servers": [{"url": "/"}], "tags": subjects, "paths": paths, "components": components}
    digest = hashlib.sha256(msgspec.json.encode((about, body))).hexdigest()
    text = msgspec.json.encode({"openapi": "3.1.0", "info": _info(about, digest[:12])} | body)
    return Described(text, f'"{digest[:32]}"')


def _info(about: About, version: str) -> Json:
    """`version` differs whenever the description does."""
    info: Json = {
        "title": f"Simpul {about.city}",
        "version": version,
        "summary": "The documents of the city's hub, each as a path.",
        "description": "Each path runs a document of the hub's graph. So the same rules, the same quota and the same "
        "record hold as at `/graphql`. An answer has `data`, and `extensions.sources` says from which agencies they "
        "are and how old. If a field fails, the others are answered, and `errors` says why.",
    }
    if about.contact:
        info["contact"] = {"email" if "@" in about.contact else "url": about.contact}
    return info | ({"termsOfService": about.terms} if about.terms else {})


def _operation(document: DoorDocument, schema: GraphQLSchema, schemas: JsonSchemas, by: str) -> Json:
    variables = document.variables(schema)
    answer = {"schema": answer_of(schemas, document)}
    told = ["Cost", "RateLimit", "CacheStatus", "Age", *(["ETag"] if by == "get" else [])]
    responses: Json = {
        "200": {
            "description": "The answer.",
            "headers": {_HEADER[each]: {"$ref": f"#/components/headers/{each}"} for each in told},
            "content": {"application/json": answer},
        },
        **({"304": {"description": "The client has these bytes already."}} if by == "get" else {}),
        **{
            each: {"$ref": f"#/components/responses/Problem{each}"}
            for each in WHY
            if each != CONFLICT or document.changes
        },
    }
    made: Json = {
        "operationId": document.operation_name[:1].lower() + document.operation_name[1:],
        "summary": document.title,
        "description": "\n\n".join(document.said(schema)),
        "responses": responses,
    }
    if by == "get":
        return made | {"parameters": [_parameter(each, schemas) for each in variables]}
    required = any(each.required for each in variables)
    content = {"application/json": {"schema": schemas.of_variables(variables)}}
    return made | {"requestBody": {"required": required, "content": content}}


_HEADER = {
    "Cost": "simpul-cost",
    "RateLimit": "ratelimit",
    "CacheStatus": "cache-status",
    "Age": "age",
    "ETag": "etag",
    "RetryAfter": "retry-after",
}


def _parameter(variable: DocumentVariable, schemas: JsonSchemas) -> Json:
    schema: Any = schemas.of_variable(variable, null=False)
    made = {"name": variable.name, "in": "query", "required": variable.required}
    if variable.description:
        made["description"] = variable.description
        schema = {name: value for name, value in schema.items() if name != "description"}
    if is_plain(variable):
        return made | {"schema": schema} | ({"style": "form", "explode": True} if is_list(variable.type) else {})
    if is_in_parts(variable):
        return made | {"schema": schema, "style": "deepObject", "explode": True}
    return made | {"content": {"application/json": {"schema": schema}}}


def _statuses(*, changes: bool) -> list[str]:
    return [each for each in WHY if changes or each != CONFLICT]


def _problem(status: str) -> Json:
    later = {"retry-after": {"$ref": "#/components/headers/RetryAfter"}} if status in ("429", "503") else {}
    content = {PROBLEM: {"schema": {"$ref": f"{SCHEMAS}Problem"}}}
    return {"description": WHY[status], "content": content} | ({"headers": later} if later else {})
