"""deploy/compose.yaml and deploy/kubernetes against their schemas, by tools from the package registry.

They are installed once, into .simpul/tools, and are no requirement of the hub.
"""

import shutil
import subprocess
import venv

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.soak

TOOLS = ROOT / ".simpul" / "tools" / "manifests"
WANTED = ("check-jsonschema==0.39.0", "kubernetes-validate==1.37.0")
DEPLOY = ROOT / "deploy"
KINDS = {
    *("namespace/simpul", "configmap/simpul-settings", "service/simpul", "deployment/simpul"),
    *("poddisruptionbudget/simpul", "ingress/simpul", "networkpolicy/simpul"),
}


@pytest.fixture(scope="module")
def tools():
    """The folder of the programs."""
    if not (TOOLS / "ready").exists():
        venv.create(TOOLS, with_pip=True, clear=True)
        subprocess.run([TOOLS / "bin" / "pip", "install", "--quiet", *WANTED], check=True)
        (TOOLS / "ready").touch()
    return TOOLS / "bin"


def said(*command):
    """What a program said; it ended well."""
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def test_compose_keeps_to_its_specification(tools):
    assert "ok" in said(tools / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed here")
def test_what_kustomize_makes_keeps_to_the_schemas_of_kubernetes(tools, tmp_path):
    made = tmp_path / "made.yaml"
    made.write_text(said("kubectl", "kustomize", DEPLOY / "kubernetes"), encoding="utf-8")
    told = said(tools / "kubernetes-validate", "--strict", made)
    assert {line.split(" passed for resource ")[1].split()[0] for line in told.splitlines()} == KINDS
