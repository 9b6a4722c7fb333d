"""What a caller lacks for a personal field, in words for people and as codes for programs.

The words name no record and no file. They say what to ask for: a purpose, a scope, an agreement, or another sign-in.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

import msgspec

from connectors.kit.bilingual import Bilingual


class LackKind(Enum):
    """The kinds of what may be missing. The values stand in `extensions.missing`."""

    SIGN_IN = "SIGN_IN"
    """Nobody has signed in."""
    ROLE = "ROLE"
    """The caller has signed in, or uses a key, but not as one who may ask this at all."""
    OWNER = "OWNER"
    """The data are about somebody else."""
    AGENCY = "AGENCY"
    """Another agency keeps the data."""
    PURPOSE = "PURPOSE"
    """No purpose and no case are declared."""
    AGREEMENT = "AGREEMENT"
    """No agreement covers the client, the declared purpose, the field and the day."""
    SCOPE = "SCOPE"
    """The key of the app has not the scope."""


WORDS: Mapping[LackKind, Bilingual] = {
    LackKind.SIGN_IN: Bilingual(id="masuk dengan akun Anda", en="a sign-in with your account"),
    LackKind.ROLE: Bilingual(
        id="masuk sebagai petugas instansi yang berwenang", en="a sign-in as an officer of an agency in charge"
    ),
    LackKind.OWNER: Bilingual(id="data ini harus tentang Anda sendiri", en="the data would have to be about yourself"),
    LackKind.AGENCY: Bilingual(
        id="jabatan di instansi yang menyimpan data ini", en="a post at the agency that keeps the data"
    ),
    LackKind.PURPOSE: Bilingual(
        id="tujuan dan nomor perkara (header simpul-purpose dan simpul-case)",
        en="a purpose and a case (the headers simpul-purpose and simpul-case)",
    ),
    LackKind.AGREEMENT: Bilingual(
        id="perjanjian dengan instansi penyimpan data untuk tujuan {}",
        en="an agreement with the agency that keeps the data, for the purpose {}",
    ),
    LackKind.SCOPE: Bilingual(id="izin {} pada kunci aplikasi", en="the scope {} of the app's key"),
}
"""What people call each kind; `{}` stands for its name."""
HEAD = Bilingual(id="Anda tidak berhak membaca data ini. Yang kurang: {}.", en="You may not read this. Missing: {}.")
AND, OR = Bilingual(id=" dan ", en=" and "), Bilingual(id="; atau ", en="; or ")


class Lack(msgspec.Struct, frozen=True):
    """One thing that is missing. `name` is that of a scope or a purpose."""

    kind: LackKind
    name: str | None = None

    def said(self, language: str) -> str:
        """In words."""
        return WORDS[self.kind][language].format(self.name)

    def told(self) -> dict[str, Any]:
        """For programs."""
        return {"kind": self.kind.value} | ({"name": self.name} if self.name else {})


class Lacking(msgspec.Struct, frozen=True):
    """What is missing: `ways` are alternatives, and all that is missing in one of them is needed together."""

    ways: tuple[tuple[Lack, ...], ...]

    @classmethod
    def of(cls, ways: Iterable[tuple[Lack, ...]]) -> "Lacking":
        """The shortest ways, each once. A way that holds another one whole is none of them."""
        found = sorted(dict.fromkeys(tuple(dict.fromkeys(way)) for way in ways), key=len)
        kept: list[tuple[Lack, ...]] = []
        for way in found:
            if not any(set(other) <= set(way) for other in kept):
                kept.append(way)
        return cls(tuple(kept))

    @property
    def text(self) -> Bilingual:
        """What a person is told."""
        return Bilingual(id=self._said("id"), en=self._said("en"))

    def told(self) -> list[list[dict[str, Any]]]:
        """What stands in `extensions.missing`."""
        return [[lack.told() for lack in way] for way in self.ways]

    def _said(self, language: str) -> str:
        ways = (AND[language].join(lack.said(language) for lack in way) for way in self.ways)
        return HEAD[language].format(OR[language].join(ways))
