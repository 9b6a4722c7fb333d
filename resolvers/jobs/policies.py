"""The personal category of this domain, with its words."""

from auth.category import Category

YELLOW_CARD = Category(
    name="YELLOW_CARD",
    description="The status of a person's yellow card (kartu kuning, AK-1).",
    scope="Read the status of the person's yellow card (kartu kuning, AK-1).",
    id="status kartu kuning (AK-1) Anda",
    en="the status of your yellow card",
)
