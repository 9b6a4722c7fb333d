"""A text for people, in the two languages of the hub."""

import msgspec


class Bilingual(msgspec.Struct, frozen=True, kw_only=True):
    """In Indonesian (`id`) and in English (`en`): `text[language]`."""

    id: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.id
