"""What is shown of a personal value to who may not see it whole: enough to recognise one's own, no more."""

import re

NUMBER = re.compile(r"[0-9](?:[.\- ]?[0-9]){14,}")
"""As many digits as a NIK, a KK or a NOP has, however they are set apart."""


def mask_nik(nik: str) -> str:
    """`3671••••••••0001`: where it was first issued, and the end of it."""
    return f"{nik[:4]}{'•' * (len(nik) - 8)}{nik[-4:]}"


def redact(text: str) -> str:
    """The text without any number that could be a person's; for names that clients choose, such as an operation's."""
    return NUMBER.sub("•", text)
