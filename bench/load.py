"""Requests in great number: wrk on a core of its own."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import msgspec

_DONE = """
done = function(summary, latency, requests)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('\\nBENCH {"answers": %d, "us": %d, "failed": %d, "p50": %f, "p99": %f}\\n',
    summary.requests - e.status, summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
"""


class Asked(msgspec.Struct, frozen=True):
    """What a client sends: `path` begins with a slash. `more` is a script for wrk where requests differ."""

    body: bytes | None = None
    headers: Mapping[str, str] = {}
    path: str = "/graphql"
    more: str = ""

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"


class Load(msgspec.Struct, frozen=True):
    """What came of one turn. `answers` are the good ones. `p50` and `p99` are in ms, of the others too."""

    answers: int
    seconds: float
    failed: int
    p50: float
    p99: float


def load(url: str, asked: Asked, *, connections: int, seconds: float, core: int, folder: Path) -> Load:
    """Ask for so long over so many connections, each with one request under way."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "asked.lua"
    script.write_text(lua_of(asked), encoding="utf-8")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", str(script)]
    ran = subprocess.run(
        ["taskset", "-c", str(core), *command, f"{url}{asked.path}"], check=True, capture_output=True, text=True
    )
    if "\nBENCH " not in ran.stdout:
        raise OSError(f"wrk: {(ran.stderr or ran.stdout).strip()[-300:]}")
    return read_load(ran.stdout)


def lua_of(asked: Asked) -> str:
    """The request as wrk's script, and its report as one line that can be read."""
    lines = [f'wrk.method = "{asked.method}"']
    if asked.body is not None:
        lines += [f"wrk.body = {_long(asked.body.decode())}"]
    lines += [f"wrk.headers[ {_long(name)} ] = {_long(value)}" for name, value in asked.headers.items()]
    return "\n".join([*lines, asked.more, _DONE])


def read_load(said: str) -> Load:
    """What wrk reported."""
    told = msgspec.json.decode(said.rpartition("\nBENCH ")[2].partition("\n")[0], type=dict[str, float])
    return Load(
        answers=int(told["answers"]),
        seconds=told["us"] / 1e6,
        failed=int(told["failed"]),
        p50=told["p50"] / 1000,
        p99=told["p99"] / 1000,
    )


def _long(text: str) -> str:
    return f"[==[{text}]==]"
