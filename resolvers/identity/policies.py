"""The personal categories of this domain, with their words, and the policies of their fields."""

from auth.category import Category
from auth.policies import auditor, auditors, owner, personal, scope, signed_in
from connectors.kit.bilingual import Bilingual

NIK = Category(
    name="NIK",
    description="The number in the civil registry (NIK).",
    scope="Read the person's NIK.",
    id="NIK Anda",
    en="your NIK",
)
RESIDENCE = Category(
    name="RESIDENCE",
    description="Where a person lives (domisili).",
    scope="Ask the civil registry where the person lives (domisili).",
    id="domisili Anda",
    en="where you live",
)
SESSIONS = Category(
    name="SESSIONS",
    description="Where a person is signed in (perangkat).",
    scope="List the person's sessions, and end them (perangkat).",
    id="daftar perangkat Anda",
    en="the list of your devices",
)
RECORD = Category(
    name="RECORD",
    description="The audit log of a person's data (catatan akses).",
    scope="Read the audit log of the person's data (catatan akses).",
    id="catatan akses ini",
    en="this audit log",
)
AUDIT = Category(
    name="AUDIT",
    description="The audit log as auditors read it: who read which kind of whose data (pemeriksaan catatan akses).",
    scope="Nothing: only auditors read the audit log of others, and not through an app (pemeriksaan catatan akses).",
    reader=Bilingual(id="Auditor", en="An auditor"),
    id="catatan akses tentang Anda",
    en="the audit log about you",
)

MY_SESSIONS = personal(signed_in, SESSIONS, (owner, scope(SESSIONS)))
"""Only the person may see where the person is signed in."""
MY_AUDIT_LOG = personal(signed_in, RECORD, (owner, scope(RECORD)))
"""Only the person may read the audit log about the person, in the graph and over plain HTTP."""
AUDITED = personal(auditors, AUDIT, (auditor,))
"""Auditors alone read who read what of whom, and each look is recorded."""
