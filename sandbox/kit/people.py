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
    "keeper": Account(
        "6f0c1a52-0000-4000-8000-000000000006", "Petugas GOR Contoh", "3671014001900006", "gor-kota", ("officer",)
    ),
    "clerk": Account(
        "6f0c1a52-0000-4000-8000-000000000007", "Petugas LAKSA Contoh", "3671014001900007", "laksa", ("officer",)
    ),
    "newcomer": Account("6f0c1a52-0000-4000-8000-000000000005", "Pendatang Contoh", "3201014001900005", None, ()),
    "admin": Account(
        "6f0c1a52-0000-4000-8000-000000000004", "Pengelola Contoh", "3671014001900004", None, ("administrator",)
    ),
}

LIVES_IN = {
    "3671014001900001": "36.71.01.1001",
    "3671014001900002": "32.01.01.1001",
    "3671014001900003": "36.71.05.1001",
    "3201014001900005": "36.71.06.1001",
}
"""Where the registry has them: the neighbour has moved away and the newcomer here, whatever their NIKs begin with."""

DOUBLE = frozenset({"3671014001900004"})
"""Who is entered twice there."""
