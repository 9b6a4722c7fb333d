"""What lies in deploy/ agrees with the hub, and with the tools that will read it."""

import asyncio
import ipaddress
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from engine.configuration.reading import unknown_settings
from engine.configuration.secret_files import read_secret
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "systemd" / "simpul.service").read_text(encoding="utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
MANIFESTS = [
    document
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
HUBS = ("hub-a", "hub-b")
OF_SECRETS = re.compile(r"simpul_[a-z_]+")


def manifest(kind):
    """The one of this kind, or the first of them."""
    return next(each for each in MANIFESTS if each["kind"] == kind)


def settings_of(place):
    """The environment that a file of deploy/ gives to a hub."""
    if place == "compose":
        return COMPOSE["services"]["hub-a"]["environment"]
    if place == "kubernetes":
        return manifest("ConfigMap")["data"]
    text = UNIT if place == "systemd" else DOCKERFILE.replace("\\\n", " ")
    lines = re.findall(r"^(?:Environment=|ENV )(.+)$", text, re.MULTILINE)
    return dict(each.split("=", 1) for line in lines for each in line.split())


@pytest.mark.parametrize("place", ["compose", "kubernetes", "systemd", "docker"])
def test_every_setting_is_one_that_the_hub_knows(place):
    settings = settings_of(place)
    assert unknown_settings({name: str(value) for name, value in settings.items()}) == []
    assert sum(name.startswith("SIMPUL_") for name in settings) >= 2


@pytest.mark.parametrize("hub", HUBS)
def test_a_container_can_write_nowhere_but_to_its_volumes(hub):
    service = COMPOSE["services"][hub]
    assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )
    assert [each.rsplit(":", 1)[1] for each in service["volumes"]] == ["ro", "/var/lib/simpul"]
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_the_proxy_is_the_only_one_that_is_believed_and_alone_is_published():
    front = COMPOSE["networks"]["front"]
    (subnet,) = (ipaddress.ip_network(each["subnet"]) for each in front["ipam"]["config"])
    address = COMPOSE["services"]["nginx"]["networks"]["front"]["ipv4_address"]
    assert ipaddress.ip_address(address) in subnet
    assert {COMPOSE["services"][each]["environment"]["FORWARDED_ALLOW_IPS"] for each in HUBS} == {address}
    published = {name: each["ports"] for name, each in COMPOSE["services"].items() if "ports" in each}
    assert published == {"nginx": ["80:80", "443:443"], "grafana": ["127.0.0.1:3000:3000"]}
    assert all(COMPOSE["networks"][each]["internal"] for each in ("front", "back"))


def test_the_secrets_are_made_once_and_can_be_read_by_the_hub(tmp_path):
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    folder = tmp_path / "deploy" / "secrets"
    made = [subprocess.run([tmp_path / "deploy" / "make-secrets"], check=True, capture_output=True) for _ in range(2)]
    first = {path.name: path.read_text() for path in folder.iterdir() if path.name != ".gitignore"}
    assert made[0].stdout == made[1].stdout == "".join(f"{name}\n" for name in sorted(first)).encode()
    assert {f"./secrets/{name}": {"file": f"./secrets/{name}"} for name in first} == {
        each["file"]: each for each in COMPOSE["secrets"].values()
    }
    assert first["simpul_store_url"] == f"postgresql://simpul:{first['postgres_password']}@postgres:5432/simpul"
    assert folder.stat().st_mode & 0o777 == 0o700
    environ = {"SIMPUL_SECRETS_DIR": str(folder)}
    assert {len(read_secret(f"file:{name}", environ)) for name in ("simpul_secret", "simpul_identity_secret")} == {64}


def test_a_pod_stays_in_service_while_the_store_is_gone():
    (container,) = manifest("Deployment")["spec"]["template"]["spec"]["containers"]
    probes = [container[each]["httpGet"] for each in ("startupProbe", "livenessProbe", "readinessProbe")]
    assert probes == [{"path": "/healthz", "port": "http"}] * 3
    assert "/healthz" in DOCKERFILE


def test_every_file_and_every_secret_that_is_named_exists():
    credentials = re.findall(r"^LoadCredential=(\w+):/etc/simpul/secrets/\1$", UNIT, re.MULTILINE)
    assert set(credentials) == {each for each in COMPOSE["secrets"] if OF_SECRETS.fullmatch(each)}
    for service in COMPOSE["services"].values():
        for source in (each.split(":")[0] for each in service.get("volumes", [])):
            if source.startswith(("./", "../docs")):
                assert (DEPLOY / source).is_file(), source
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert all((ROOT / each[1:]).exists() for each in ignored if each.startswith("!"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
async def test_systemd_takes_the_unit_and_finds_little_to_complain_about(tmp_path):
    unit = tmp_path / "simpul.service"
    unit.write_text(UNIT.replace("/opt/simpul/.venv/bin/python", sys.executable), encoding="utf-8")
    commands = [("verify", str(unit)), ("security", "--offline=yes", "--threshold=20", str(unit))]
    ended = await asyncio.gather(*(analysed(*each) for each in commands))
    assert [code for code, _ in ended] == [0, 0], ended
    assert "simpul.service" not in ended[0][1]


async def analysed(*arguments):
    """How systemd-analyze ended, and what it said."""
    process = await asyncio.create_subprocess_exec(
        "systemd-analyze", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


def test_both_upstreams_of_nginx_differ_in_addresses_alone():
    files = [DEPLOY / "nginx" / name for name in ("upstream.conf", "upstream-compose.conf")]
    alike = [
        [re.sub(r"server \S+", "server", each) for each in Path(path).read_text(encoding="utf-8").splitlines()[1:]]
        for path in files
    ]
    assert alike[0] == alike[1]
