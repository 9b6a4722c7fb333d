"""What has to be there: programs on the path, and the peers, installed from the registries into a cache."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
PROGRAMS = {
    "wrk": "it asks the servers; Debian has it as the package wrk",
    "nginx": "it shows what a server could do at most; Debian has it as the package nginx-light",
    "node": "the peers run in it; Debian has it as the package nodejs",
    "npm": "it installs the peers; Debian has it as the package npm",
    "taskset": "it gives each program its core; Debian has it in the package util-linux",
}
BRAMBLE = ("bramble-graphql[asgi]==0.3.1", "graphql-core==3.3.2", "uvicorn[standard]==0.54.0")
GROMMET = ("grommet==0.1.0",)


class Missing(Exception):
    """Something cannot run here; the text says what is missing."""


def cache() -> Path:
    """Where peers are installed and servers write."""
    return Path(os.environ.get("BENCH_CACHE") or ROOT / ".simpul" / "bench")


def check_programs() -> None:
    """Raise `Missing` if a program is not on the path."""
    if missing := [f"{name}: {why}" for name, why in PROGRAMS.items() if not shutil.which(name)]:
        raise Missing("\n".join(["make bench needs these programs on the path:", *missing]))


def node_peers(say: Callable[[str], None]) -> Path:
    """The folder with the peers' `node_modules`, as package.json pins them; raises `Missing`."""
    folder, manifest = cache() / "node", PEERS / "package.json"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "package.json"
    wanted = manifest.read_bytes()
    if kept.exists() and kept.read_bytes() == wanted and (folder / ".complete").exists():
        return folder / "node_modules"
    say("installing the peers (once) …")
    (folder / ".complete").unlink(missing_ok=True)
    kept.write_bytes(wanted)
    command = [
        "npm",
        "install",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--legacy-peer-deps",
        "--loglevel=error",
    ]
    ran = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise Missing(f"npm could not install the peers: {(ran.stderr or ran.stdout).strip()[-600:]}")
    (folder / ".complete").touch()
    return folder / "node_modules"


def python_peer(name: str, requirements: tuple[str, ...], say: Callable[[str], None]) -> Path:
    """The interpreter of an environment that has them; raises `Missing`, and again without another try."""
    folder = cache() / name
    failed = folder / ".failed"
    if failed.exists():
        raise Missing(failed.read_text(encoding="utf-8"))
    if not (folder / ".complete").exists():
        say(f"installing {name} (once) …")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        command = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *requirements]
        ran = subprocess.run(command, check=False, capture_output=True, text=True)
        if ran.returncode:
            told = [line for line in ran.stderr.splitlines() if line.startswith("ERROR")]
            failed.write_text(" ".join(told[-1:]) or ran.stderr.strip()[-300:], encoding="utf-8")
            raise Missing(failed.read_text(encoding="utf-8"))
        (folder / ".complete").touch()
    return folder / "bin" / "python"
