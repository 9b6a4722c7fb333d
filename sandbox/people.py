"""The people of the sandbox, who do not exist: whom the agencies' stand-ins tell of, and who can sign in."""

from typing import NamedTuple


class Account(NamedTuple):
    """One who can sign in. Day 40 makes a NIK that nobody can have."""

    subject: str
    label: str
    nik: str | None
    agency: str | None
    roles: tuple[str, ...]


ACCOUNTS = {
    "citizen": Account("6f0c1a52-0000-4000-8000-000000000001", "Warga Contoh 1", "3671014001900001", None, ()),
    "neighbour": Account("6f0c1a52-0000-4000-8000-000000000002", "Warga Contoh 2", "3671014001900002", None, ()),
    "officer": Account(
        "6f0c1a52-0000-4000-8000-000000000003", "Petugas Contoh", "3671014001900003", "bapenda", ("officer",)
    ),
    "admin": Account(
        "6f0c1a52-0000-4000-8000-000000000004", "Pengelola Contoh", "3671014001900004", None, ("administrator",)
    ),
}
