"""The personal categories of this domain, with their words, and the policies of their fields."""

from auth.category import Category
from auth.policies import owner, personal, scope, signed_in

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

MY_SESSIONS = personal(signed_in, SESSIONS, (owner, scope(SESSIONS)))
"""Only the person may see where the person is signed in."""
MY_AUDIT_LOG = personal(signed_in, RECORD, (owner, scope(RECORD)))
"""Only the person may read the audit log about the person, in the graph and over plain HTTP."""
