"""Why a complaint is refused, in words. No I/O in here."""

from auth.lacks import LackKind
from resolvers.kit.errors import UserError, forbidden_because


def no_such_topic() -> UserError:
    """The error for a topic that no desk has."""
    return UserError("NOT_FOUND", id="Tidak ada topik dengan kode ini.", en="There is no topic with this code.")


def key_used() -> UserError:
    """The error for a key that was used for another complaint."""
    return UserError(
        "IDEMPOTENCY_CONFLICT",
        id="idempotencyKey ini sudah dipakai untuk permintaan lain.",
        en="This idempotencyKey was used for another request.",
    )


def not_kept_secret() -> UserError:
    """The error for a desk that cannot keep a complaint secret."""
    return UserError(
        "SECRET_NOT_KEPT",
        id="Kanal ini tidak dapat merahasiakan pengaduan; pilih topik lain atau jangan minta dirahasiakan.",
        en="This desk cannot keep a complaint secret; choose another topic, or do not ask for it.",
    )


def too_many(most: int) -> UserError:
    """The error for a person who has sent too many complaints in a day."""
    return UserError(
        "TOO_MANY_COMPLAINTS",
        id=f"Paling banyak {most} pengaduan dalam 24 jam ke kanal ini.",
        en=f"At most {most} complaints to this desk in 24 hours.",
    )


def of_another_agency() -> UserError:
    """The error for an officer whose agency is no desk."""
    return forbidden_because(
        LackKind.ROLE, id="Instansi Anda bukan kanal pengaduan.", en="Your agency is not a complaint desk."
    )


def bad_input(at: str, indonesian: str, english: str) -> UserError:
    """The error for a part of an input that does not do; `at` is its place."""
    return UserError("BAD_USER_INPUT", id=f"{at}: {indonesian}", en=f"{at}: {english}")
