"""A reading of somebody's data, as a sentence for that person."""

from collections.abc import Callable

from auth.caller import Audience
from auth.usage import Category, Usage

CATEGORIES = {
    Category.NIK: {"id": "NIK Anda", "en": "your NIK"},
    Category.RESIDENCE: {"id": "domisili Anda", "en": "where you live"},
    Category.SESSIONS: {"id": "daftar perangkat Anda", "en": "where you are signed in"},
    Category.TAXPAYER: {"id": "nama Anda sebagai wajib pajak", "en": "your name as a taxpayer"},
    Category.YELLOW_CARD: {"id": "status kartu kuning (AK-1) Anda", "en": "how your yellow card stands"},
    Category.DEED: {"id": "BPHTB Anda", "en": "the tax on your acquisition"},
    Category.RECORD: {"id": "catatan akses ini", "en": "this record of access"},
    Category.BOOKINGS: {"id": "pemesanan Anda", "en": "your bookings"},
}


ONESELF = {"id": "Anda sendiri", "en": "You yourself"}


def sentence(entry: Usage, mine: bool, name_of: Callable[[str], str], language: str) -> str:
    """Who read what, in plain words; `language` is `id` or `en`, `name_of` gives an agency's name."""
    reader = entry.reader
    kinds = ", ".join(CATEGORIES[each][language] for each in entry.categories)
    if mine:
        who = ONESELF[language]
    elif reader.audience is Audience.OFFICER and reader.agency:
        who = {"id": "Petugas {}", "en": "An officer of {}"}[language].format(name_of(reader.agency))
    elif reader.app:
        who = {"id": "Aplikasi {}", "en": "The app {}"}[language].format(reader.app)
    else:
        who = {"id": "Pihak lain", "en": "Somebody else"}[language]
    if mine and reader.app:
        who += {"id": " melalui aplikasi {}", "en": ", through the app {},"}[language].format(reader.app)
    return {"id": "{} membaca {}.", "en": "{} read {}."}[language].format(who, kinds)
