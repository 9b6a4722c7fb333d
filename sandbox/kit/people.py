"""The people of the sandbox, who do not exist: those whom the stand-ins know, and those who can sign in."""

from typing import NamedTuple


class SandboxAccount(NamedTuple):
    """A person who can sign in. A NIK with day 40 cannot exist."""

    subject: str
    label: str
    nik: str | None
    agency: str | None
    roles: tuple[str, ...]


ACCOUNTS = {
    "citizen": SandboxAccount("6f0c1a52-0000-4000-8000-000000000001", "Warga Contoh 1", "3671014001900001", None, ()),
    "neighbour": SandboxAccount("6f0c1a52-0000-4000-8000-000000000002", "Warga Contoh 2", "3671014001900002", None, ()),
    "officer": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000003", "Petugas Contoh", "3671014001900003", "bapenda", ("officer",)
    ),
    "keeper": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000006", "Petugas GOR Contoh", "3671014001900006", "gor-kota", ("officer",)
    ),
    "newcomer": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000005", "Pendatang Contoh", "3201014001900005", None, ()
    ),
    "clerk": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000007", "Petugas LAKSA Contoh", "3671014001900007", "laksa", ("officer",)
    ),
    "admin": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000004", "Pengelola Contoh", "3671014001900004", None, ("administrator",)
    ),
}

LIVES_IN = {
    "3671014001900001": "36.71.01.1001",
    "3671014001900002": "32.01.01.1001",
    "3671014001900003": "36.71.05.1001",
    "3201014001900005": "36.71.06.1001",
}
"""Where the registry has them. Some have moved, so the region differs from the beginning of the NIK."""

DOUBLE = frozenset({"3671014001900004"})
"""The NIK that is entered twice in the registry."""
