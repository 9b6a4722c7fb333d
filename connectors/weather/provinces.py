"""The provinces of Indonesia (since 2022), by which a warning's title says whom it is for."""

import re

PROVINCES = frozenset({
    "Aceh", "Sumatera Utara", "Sumatera Barat", "Riau", "Kepulauan Riau", "Jambi", "Sumatera Selatan", "Bengkulu",
    "Kepulauan Bangka Belitung", "Bangka Belitung", "Lampung", "Banten", "DKI Jakarta", "Jakarta", "Jawa Barat",
    "Jawa Tengah", "DI Yogyakarta", "Yogyakarta", "Jawa Timur", "Bali", "Nusa Tenggara Barat", "Nusa Tenggara Timur",
    "Kalimantan Barat", "Kalimantan Tengah", "Kalimantan Selatan", "Kalimantan Timur", "Kalimantan Utara",
    "Sulawesi Utara", "Sulawesi Tengah", "Sulawesi Selatan", "Sulawesi Tenggara", "Sulawesi Barat", "Gorontalo",
    "Maluku", "Maluku Utara", "Papua", "Papua Barat", "Papua Barat Daya", "Papua Selatan", "Papua Tengah",
    "Papua Pegunungan",
})  # fmt: skip


def names(title: str, province: str) -> bool:
    """Whether a title has this name in it, as words of their own, in any case."""
    return re.search(rf"(?<!\w){re.escape(province)}(?!\w)", title, re.IGNORECASE) is not None


def may_be_for(title: str, province: str) -> bool:
    """Whether a message of this title may be for this province: it names that one, or none at all."""
    return names(title, province) or not any(names(title, each) for each in PROVINCES)
