"""What is personal here, and by which rules it is given."""

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
    description="Where somebody lives (domisili).",
    scope="Ask the registry where the person lives (domisili).",
    id="domisili Anda",
    en="where you live",
)
SESSIONS = Category(
    name="SESSIONS",
    description="Where somebody is signed in (perangkat).",
    scope="List where the person is signed in, and end it (perangkat).",
    id="daftar perangkat Anda",
    en="where you are signed in",
)
RECORD = Category(
    name="RECORD",
    description="The record of who read what (catatan akses).",
    scope="Read the record of who read the person's data (catatan akses).",
    id="catatan akses ini",
    en="this record of access",
)

MY_SESSIONS = personal(signed_in, SESSIONS, (owner, scope(SESSIONS)))
"""Where somebody is signed in is that person's."""
MY_AUDIT_LOG = personal(signed_in, RECORD, (owner, scope(RECORD)))
"""Who reads the record of a person's data, in the graph and over plain HTTP."""
