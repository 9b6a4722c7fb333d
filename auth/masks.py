"""What a caller sees of a personal value that is not given in full: enough to recognise one's own, no more."""

import re

NUMBER = re.compile(r"[0-9](?:[.\- ]?[0-9]){14,}")
"""As many digits as a NIK, a KK or a NOP has, with any separators."""


def mask_nik(nik: str) -> str:
    """`9907••••••••0001`: the region that issued it, and the last digits."""
    return f"{nik[:4]}{'•' * (len(nik) - 8)}{nik[-4:]}"


def redact(text: str) -> str:
    """The text without any number that could be a person's.

    It is for names that clients choose, such as an operation name.
    """
    return NUMBER.sub("•", text)
