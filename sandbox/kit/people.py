"""The people of the sandbox, who do not exist: those whom the stand-ins know, and those who can sign in."""

from typing import NamedTuple

from sandbox.kit.seed import kecamatan


class SandboxAccount(NamedTuple):
    """A person who can sign in. A NIK of the province 99 and with day 40 cannot exist."""

    subject: str
    label: str
    nik: str | None
    agency: str | None
    roles: tuple[str, ...]


ACCOUNTS = {
    "citizen": SandboxAccount("6f0c1a52-0000-4000-8000-000000000001", "Warga Contoh 1", "9907014001900001", None, ()),
    "neighbour": SandboxAccount("6f0c1a52-0000-4000-8000-000000000002", "Warga Contoh 2", "9907014001900002", None, ()),
    "officer": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000003", "Petugas Contoh", "9907014001900003", "bapenda", ("officer",)
    ),
    "keeper": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000006", "Petugas GOR Contoh", "9907014001900006", "gor-kota", ("officer",)
    ),
    "newcomer": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000005", "Pendatang Contoh", "3201014001900005", None, ()
    ),
    "clerk": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000007", "Petugas LAKSA Contoh", "9907014001900007", "laksa", ("officer",)
    ),
    "admin": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000004", "Pengelola Contoh", "9907014001900004", None, ("administrator",)
    ),
    "auditor": SandboxAccount(
        "6f0c1a52-0000-4000-8000-000000000008", "Auditor Contoh", "9907014001900008", None, ("auditor",)
    ),
}

MOVED_AWAY = "98.01.01.1001"
"""A kelurahan of another province."""


def lives_in() -> dict[str, str]:
    """Where the registry has them. Some have moved, so the region differs from the beginning of the NIK."""
    areas = kecamatan()
    return {
        "9907014001900001": areas[0].wards[0][0],
        "9907014001900002": MOVED_AWAY,
        "9907014001900003": areas[4 % len(areas)].wards[0][0],
        "3201014001900005": areas[5 % len(areas)].wards[0][0],
    }


DOUBLE = frozenset({"9907014001900004"})
"""The NIK that is entered twice in the registry."""
