"""What is personal here, and by which rules it is given."""

from auth.category import Category
from auth.policies import agreement, officers, own_agency, owner, personal, scope, signed_in

COMPLAINTS = Category(
    name="COMPLAINTS",
    description="What somebody has complained about, and who complained (pengaduan).",
    scope="Send complaints for the person, and list them (pengaduan).",
    id="pengaduan Anda",
    en="your complaints",
)

MY_COMPLAINTS = personal(signed_in, COMPLAINTS, (owner, scope(COMPLAINTS)))
"""A complaint that was sent through the hub belongs to its sender."""
COMPLAINANT = personal(officers, COMPLAINTS, (own_agency, agreement))
"""Only officers of the desk may read who complained, for a purpose that an agreement covers."""
