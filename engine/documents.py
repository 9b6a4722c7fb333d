"""Documents that need not be sent: those that were sent before (automatic persisted queries), and trusted ones.

A document is known by the SHA-256 of its text. The protocol for the first is Apollo's (`extensions.persistedQuery`);
the second are also asked for as `documentId`, `sha256:…`, as the GraphQL-over-HTTP specification drafts it.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path

import msgspec
import structlog
from cachetools import LRUCache
from graphql import get_operation_ast, parse

from engine.request import BadRequest, Operation

log = structlog.get_logger()

KEPT = 4_000_000
"""Characters of documents that a process remembers; the ones that were not asked for longest are forgotten first."""
_HASH = re.compile(r"[0-9a-f]{64}")


class Trust(Enum):
    """What happens to a document that is not trusted."""

    OFF = "off"
    """It runs like any other."""
    REPORT = "report"
    """It runs, and is logged."""
    ENFORCE = "enforce"
    """It is refused."""


class TrustedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One of a manifest: `id` is the hash of its `body`."""

    id: str
    name: str
    type: str
    body: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The trusted documents, in the format of Apollo's tools."""

    format: str = "apollo-persisted-query-manifest"
    version: int = 1
    operations: tuple[TrustedDocument, ...] = ()


def hash_of(document: str) -> str:
    """By what a document is known."""
    return hashlib.sha256(document.encode()).hexdigest()


def read_manifest(path: Path) -> dict[str, str]:
    """The documents of a manifest, by their hashes; raises ValueError with what is wrong with it."""
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(f"the manifest cannot be read: {type(error).__name__}") from None
    wrong = [each.name for each in manifest.operations if each.id != hash_of(each.body)]
    if wrong:
        raise ValueError(f"the manifest names these by another hash than theirs: {', '.join(wrong)}")
    return {each.id: each.body for each in manifest.operations}


def manifest_of(documents: Iterable[tuple[str, str]]) -> str:
    """A manifest of documents with one operation each, each with its name, as it is committed."""
    operations = tuple(
        TrustedDocument(id=hash_of(body), name=name, type=_kind(body), body=body) for name, body in documents
    )
    return msgspec.json.format(msgspec.json.encode(Manifest(operations=operations)), indent=2).decode() + "\n"


def _kind(document: str) -> str:
    """What kind of operation it has: query, mutation or subscription."""
    operation = get_operation_ast(parse(document))
    if operation is None:
        raise ValueError("a document of a manifest has one operation")
    return operation.operation.value


class Documents:
    """The documents that one process knows."""

    def __init__(self, trusted: Mapping[str, str], trust: Trust) -> None:
        self._trusted = trusted
        self._trust = trust
        self._sent: LRUCache[str, str] = LRUCache(KEPT, getsizeof=len)

    def document(self, operation: Operation) -> str:
        """The text of what is to run; raises `BadRequest` for one that is not known, not trusted, or another."""
        asked = _asked_for(operation)
        if operation.query is None:
            known = self._trusted.get(asked or "") or self._sent.get(asked or "")
            if known is None:
                raise BadRequest(404, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        else:
            known = operation.query
            if asked is not None and asked != hash_of(known):
                told = "The document is another one than its hash says."
                raise BadRequest(400, "PERSISTED_QUERY_MISMATCH", told)
        if self._trust is not Trust.OFF and (found := asked or hash_of(known)) not in self._trusted:
            log.info("document.not_trusted", hash=found, enforced=self._trust is Trust.ENFORCE)
            if self._trust is Trust.ENFORCE:
                raise BadRequest(403, "DOCUMENT_NOT_TRUSTED", "Only documents that were agreed on run here.")
        return known

    def keep(self, operation: Operation) -> None:
        """Remember a document that came with its hash and was found good."""
        asked = _asked_for(operation)
        if operation.query is not None and asked is not None and len(operation.query) < KEPT // 10:
            self._sent[asked] = operation.query


def _asked_for(operation: Operation) -> str | None:
    """The hash that the request gives, in one way or the other."""
    if operation.document_id is not None:
        scheme, _, found = operation.document_id.rpartition(":")
        if scheme not in ("", "sha256") or not _HASH.fullmatch(found):
            raise BadRequest(400, "BAD_REQUEST", "documentId is sha256: and 64 hexadecimal digits.")
        return found
    persisted = (operation.extensions or {}).get("persistedQuery")
    if persisted is None:
        return None
    given = persisted if isinstance(persisted, dict) else {}
    digest = given.get("sha256Hash")
    if not isinstance(digest, str) or not _HASH.fullmatch(digest) or given.get("version") != 1:
        raise BadRequest(400, "BAD_REQUEST", "persistedQuery has version 1 and a sha256Hash of 64 hexadecimal digits.")
    return digest
