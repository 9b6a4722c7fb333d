"""The sandbox's identity provider, as a client meets it: code with PKCE, keys, devices."""

import asyncio
import base64
import hashlib
import json
import os
import subprocess
import sys

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.kit.people import ACCOUNTS
from sandbox.sign_in import sign_in
from tests.conftest import ROOT

VERIFIER = "v" * 43
ASKED = {
    "response_type": "code",
    "client_id": "simpul",
    "redirect_uri": "http://127.0.0.1:8000/graphql",
    "state": "s",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}


@pytest.fixture
def base(caller):
    return f"{caller.sandbox.url}/identity"


async def code_for(caller, base, **changes):
    async with caller.http.get(f"{base}/authorize", params=ASKED | changes, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location"), await answer.text()


async def redeemed(caller, base, code, **changes):
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": ASKED["redirect_uri"],
        "code_verifier": VERIFIER,
        **changes,
    }
    async with caller.http.post(f"{base}/token", data=form) as answer:
        return answer.status, await answer.json()


async def test_a_token_is_keycloaks_in_shape_and_verifies_with_the_published_keys(caller, base):
    token = await asyncio.to_thread(sign_in, base, "officer")
    async with caller.http.get(f"{base}/keys") as answer:
        keys = KeySet.import_key_set(await answer.json())
    claims = jwt.decode(token, keys, algorithms=["ES256"]).claims
    assert claims["iss"] == base
    assert (claims["typ"], claims["azp"], claims["aud"]) == ("Bearer", "simpul", ["simpul", "account"])
    assert claims["realm_access"]["roles"] == ["default-roles-kota", "officer"]
    assert claims["agency"] == "bapenda"
    assert claims["exp"] - claims["iat"] == 900
    assert not [key for key in keys.as_dict(private=None)["keys"] if "d" in key]


async def test_who_signs_in_is_asked_on_a_page(caller, base):
    status, _, page = await code_for(caller, base)
    assert status == 200
    assert [account.label for account in ACCOUNTS.values() if account.label in page] == [
        account.label for account in ACCOUNTS.values()
    ]


async def test_a_code_is_good_once_and_for_who_asked_for_it(caller, base):
    _, location, _ = await code_for(caller, base, **{"as": "citizen"})
    assert location.startswith("http://127.0.0.1:8000/graphql?code=")
    assert location.endswith("&state=s")
    code = location.partition("code=")[2].partition("&")[0]
    assert (await redeemed(caller, base, code))[0] == 200
    assert await redeemed(caller, base, code) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "w" * 43}, {"redirect_uri": "http://127.0.0.1/x"}, {"grant_type": "password"}],
    ids=str,
)
async def test_a_code_without_its_proof_is_worth_nothing(caller, base, changes):
    _, location, _ = await code_for(caller, base, **{"as": "citizen"})
    code = location.partition("code=")[2].partition("&")[0]
    assert await redeemed(caller, base, code, **changes) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "changes",
    [{"redirect_uri": "https://attacker.example"}, {"client_id": "x"}, {"code_challenge_method": "plain"}],
    ids=str,
)
async def test_a_question_that_is_not_safe_gets_no_code(caller, base, changes):
    assert (await code_for(caller, base, **{"as": "citizen"}, **changes))[0] == 400


async def test_devices_are_listed_and_ended_by_who_is_signed_in_on_them(caller, base):
    mine, other = [await asyncio.to_thread(sign_in, base, name) for name in ("citizen", "neighbour")]

    async def devices(token):
        headers = {"Authorization": f"Bearer {token}"}
        async with caller.http.get(f"{base}/account/sessions/devices", headers=headers) as answer:
            return await answer.json()

    async def end(token, session):
        headers = {"Authorization": f"Bearer {token}"}
        async with caller.http.delete(f"{base}/account/sessions/{session}", headers=headers) as answer:
            return answer.status

    (device,) = await devices(mine)
    assert (device["device"], device["current"]) == ("make token", True)
    (session,) = device["sessions"]
    assert await end(other, session["id"]) == 404
    assert await end(mine, session["id"]) == 204
    assert await devices(mine) == []


async def test_the_command_prints_a_token_or_says_what_to_do(sandbox):
    command = [sys.executable, "-m", "sandbox.sign_in", "citizen", "--sandbox"]
    good = await asyncio.to_thread(subprocess.run, [*command, sandbox.url], cwd=ROOT, capture_output=True, text=True)
    assert len(good.stdout.strip().split(".")) == 3
    payload = json.loads(base64.urlsafe_b64decode(good.stdout.split(".")[1] + "=="))
    assert payload["sub"] == ACCOUNTS["citizen"].subject
    nobody = [*command, "http://127.0.0.1:1"]
    bad = await asyncio.to_thread(subprocess.run, nobody, cwd=ROOT, capture_output=True, text=True)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.endswith("does make run run?\n")


async def test_the_command_finds_the_sandbox_wherever_the_file_of_agencies_has_it(sandbox, tmp_path):
    moved = tmp_path / "agencies.toml"
    text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
    moved.write_text(text.replace("http://127.0.0.1:8100", sandbox.url), encoding="utf-8")

    async def token(path):
        return await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "sandbox.sign_in", "officer"],
            cwd=ROOT, capture_output=True, text=True, env={**os.environ, "SIMPUL_AGENCIES": str(path)},
        )  # fmt: skip

    good = await token(moved)
    assert (good.returncode, len(good.stdout.strip().split("."))) == (0, 3)
    moved.write_text("[identity]\nissuer = 3\n", encoding="utf-8")
    for path, told in ((moved, "names no identity provider"), (tmp_path / "none.toml", "No such file or directory")):
        bad = await token(path)
        assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (1, "", 1)
        assert told in bad.stderr
