"""Documents that need not be sent: those that were sent before (automatic persisted queries), and trusted ones.

A document is known by the SHA-256 of its text. The protocol for the first is Apollo's (`extensions.persistedQuery`);
the second are also asked for as `documentId`, `sha256:…`, as the GraphQL-over-HTTP specification drafts it. One that is
sent is trusted where it means what a trusted one does: clients add `__typename`, and print it in ways of their own.
"""

import re
from collections.abc import Mapping
from enum import Enum

import structlog
from cachetools import LRUCache

from engine.execution.limits import DocumentLimits
from engine.execution.manifest import hash_of, meaning_of
from engine.execution.request import BadRequest, OperationRequest

log = structlog.get_logger()

KEPT = 4_000_000
"""Characters of documents that a process remembers; the ones that were not asked for longest are forgotten first."""
JUDGED = 10_000
"""Documents of which a process remembers whether they are trusted, by their hashes."""
_HASH = re.compile(r"[0-9a-f]{64}")


class Trust(Enum):
    """What happens to a document that is not trusted."""

    OFF = "off"
    """It runs like any other."""
    REPORT = "report"
    """It runs, and is logged."""
    ENFORCE = "enforce"
    """It is refused."""


class Documents:
    """The documents that one process knows."""

    def __init__(self, trusted: Mapping[str, str], trust: Trust, limits: DocumentLimits | None = None) -> None:
        self._trusted = trusted
        self._trust = trust
        self._limits = limits or DocumentLimits()
        self._meanings = {meaning_of(each, self._limits) for each in trusted.values()} if trust is not Trust.OFF else ()
        self._judged: LRUCache[str, bool] = LRUCache(JUDGED)
        self._sent: LRUCache[str, str] = LRUCache(KEPT, getsizeof=len)

    def document(self, operation: OperationRequest) -> str:
        """The text of what is to run; raises `BadRequest` for one that is not known, not trusted, or another."""
        asked = _asked_for(operation)
        if operation.query is None:
            known = self._trusted.get(asked or "") or self._sent.get(asked or "")
            if known is None:
                raise BadRequest(404, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        else:
            known = operation.query
            if asked is not None and asked != hash_of(known):
                told = "The hash belongs to another document."
                raise BadRequest(400, "PERSISTED_QUERY_MISMATCH", told)
        if self._trust is not Trust.OFF and not self._trusts(found := asked or hash_of(known), known):
            log.info("document.not_trusted", hash=found, enforced=self._trust is Trust.ENFORCE)
            if self._trust is Trust.ENFORCE:
                raise BadRequest(403, "DOCUMENT_NOT_TRUSTED", "This hub runs only trusted documents.")
        return known

    def _trusts(self, found: str, document: str) -> bool:
        """Whether it is a trusted document, or means what one of them does."""
        if found in self._trusted:
            return True
        if found not in self._judged:
            self._judged[found] = (meaning := meaning_of(document, self._limits)) is not None and (
                meaning in self._meanings
            )
        return self._judged[found]

    def keep(self, operation: OperationRequest) -> None:
        """Remember a document that came with its hash and was found good."""
        asked = _asked_for(operation)
        if operation.query is not None and asked is not None and len(operation.query) < KEPT // 10:
            self._sent[asked] = operation.query


def _asked_for(operation: OperationRequest) -> str | None:
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
