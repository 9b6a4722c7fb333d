"""What is personal here, and by which rules it is given."""

from auth.category import Category

YELLOW_CARD = Category(
    name="YELLOW_CARD",
    description="How somebody's yellow card stands (kartu kuning, AK-1).",
    scope="Read how the person's yellow card stands (kartu kuning, AK-1).",
    id="status kartu kuning (AK-1) Anda",
    en="how your yellow card stands",
)
