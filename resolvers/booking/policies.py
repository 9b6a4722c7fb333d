"""What is personal here, and by which rules it is given."""

from auth.category import Category
from auth.policies import owner, personal, scope, signed_in

BOOKINGS = Category(
    name="BOOKINGS",
    description="What somebody has booked (pemesanan).",
    scope="Book sports venues, list and cancel the person's bookings (pemesanan).",
    id="pemesanan Anda",
    en="your bookings",
)

MY_BOOKINGS = personal(signed_in, BOOKINGS, (owner, scope(BOOKINGS)))
"""A booking is its owner's."""
