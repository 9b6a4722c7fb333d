"""The personal category of this domain, with its words."""

from auth.category import Category

YELLOW_CARD = Category(
    name="YELLOW_CARD",
    description="How somebody's yellow card stands (kartu kuning, AK-1).",
    scope="Read how the person's yellow card stands (kartu kuning, AK-1).",
    id="status kartu kuning (AK-1) Anda",
    en="the status of your yellow card",
)
