"""On what it ran: the machine, and the versions of what took part."""

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import msgspec

PARTS = (
    "strawberry-graphql",
    "graphql-core",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
    "aiohttp",
    "msgspec",
    "SQLAlchemy",
)


def machine() -> dict[str, str]:
    """What the figures depend on, and how busy it is."""
    models = re.findall(r"^model name\s*: (.+)$", _text("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+)", _text("/proc/meminfo"), re.MULTILINE)
    return {
        "processor": f"{len(models)} x {models[0]}" if models else platform.processor(),
        "memory": f"{int(memory[1]) / 1024**2:.0f} GiB" if memory else "unknown",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "load before": " ".join(f"{each:.1f}" for each in os.getloadavg()),
    }


def versions(node_modules: Path) -> dict[str, str]:
    """Of the hub's parts, of the peers, and of what measures."""
    found = {"Python": platform.python_version(), "hub": _said(["git", "describe", "--always", "--dirty"])}
    found |= {each: importlib.metadata.version(each) for each in PARTS}
    for name, argument in (("node", "--version"), ("nginx", "-v"), ("wrk", "-v")):
        if shutil.which(name):
            words = re.search(r"\d+(\.\d+)+", _said([name, argument]))
            found[name] = words[0] if words else "unknown"
    manifest = Path(__file__).parent / "peers" / "package.json"
    for name in msgspec.json.decode(manifest.read_bytes())["dependencies"]:
        at = node_modules / name / "package.json"
        if at.exists():
            found[name] = str(msgspec.json.decode(at.read_bytes())["version"])
    return found


def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _said(command: list[str]) -> str:
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    return (ran.stdout + ran.stderr).strip()
