"""What is shown of a personal value to who may not see it whole: enough to recognise one's own, no more."""


def mask_nik(nik: str) -> str:
    """`3671••••••••0001`: where it was first issued, and the end of it."""
    return f"{nik[:4]}{'•' * (len(nik) - 8)}{nik[-4:]}"
