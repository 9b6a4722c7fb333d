"""What `make audit` and `make test-clients` run beside: a hub and its sandbox where nobody else is."""

import json
import os
import socket
import subprocess
import sys

from tests.conftest import ROOT

ASKS = """
import json, sys, urllib.request
from sandbox.sign_in import sign_in
hub, sandbox, python = sys.argv[1:]
query = b'{"query": "{ me { audience } hospitals(first: 1) { nodes { code } } }"}'
token = sign_in(f"{sandbox}/identity", "officer")
headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
with urllib.request.urlopen(urllib.request.Request(f"{hub}/graphql", query, headers)) as answer:
    print(json.dumps({"answer": json.load(answer)["data"], "hub": hub, "sandbox": sandbox, "python": python}))
sys.exit(7)
"""


def test_it_runs_a_command_beside_a_hub_on_its_sandbox_whoever_has_their_usual_ports(tmp_path):
    moved, usual = tmp_path / "agencies.toml", socket.create_server(("127.0.0.1", 0))
    with usual:
        text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
        moved.write_text(text.replace(":8100", f":{usual.getsockname()[1]}"), encoding="utf-8")
        ended = subprocess.run(
            [sys.executable, "-m", "tests.with_hub", sys.executable, "-c", ASKS, "{hub}", "{sandbox}", "{python}"],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "SIMPUL_AGENCIES": str(moved), "PORT": str(usual.getsockname()[1])},
        )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (7, "")
    found = json.loads(ended.stdout)
    assert found["answer"] == {
        "me": {"audience": "OFFICER"},
        "hospitals": {"nodes": [{"code": "rs-contoh-batuceper"}]},
    }
    assert found["python"] == sys.executable
    for url in (found["hub"], found["sandbox"]):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) != 0


def test_a_hub_that_does_not_start_is_told(tmp_path):
    wrong = tmp_path / "agencies.toml"
    wrong.write_text('[identity]\nissuer = "http://127.0.0.1:8100/identity"\n', encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "tests.with_hub", "true"],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "SIMPUL_AGENCIES": str(wrong)},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "city: missing" in ended.stderr
