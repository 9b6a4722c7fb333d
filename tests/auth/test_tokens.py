"""Access tokens: those that hold, and fifty and more that do not."""

import asyncio
import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from structlog.testing import capture_logs

from auth import token_signatures
from auth.caller import Audience
from auth.oidc import IdentityProvider
from sandbox.identity.issuer import issuer_of
from sandbox.kit.people import ACCOUNTS
from tests.conftest import configuration_for, listening
from tests.profiles import CITY_NAME

QUERY = {"query": "{ city { name } }"}


def b64(raw):
    return base64.urlsafe_b64encode(raw if isinstance(raw, bytes) else json.dumps(raw).encode()).rstrip(b"=").decode()


class Forger:
    """Makes tokens of the sandbox's issuer, good ones and others."""

    def __init__(self, sandbox, clock):
        self.issuer, self.clock = issuer_of(sandbox.control), clock
        self.address = f"{sandbox.url}/identity"

    @property
    def key(self):
        return self.issuer.keys[0]

    @property
    def now(self):
        return int(self.clock.now().timestamp())

    def good(self, name="citizen", **changes):
        return self.issuer.token(name, self.address, self.clock.now(), **changes)

    def claims(self):
        return json.loads(base64.urlsafe_b64decode(self.good().split(".")[1] + "=="))

    def header(self, **changes):
        header = {"alg": "ES256", "typ": "JWT", "kid": self.key.kid, **changes}
        return {name: value for name, value in header.items() if value is not None}

    def headed(self, **changes):
        """Signed by the right key, under another header."""
        content = f"{b64(self.header(**changes))}.{b64(self.claims())}"
        signed = jwt.encode({"alg": "ES256"}, self.claims(), self.key)
        return f"{content}.{self._signature(content)}" if signed else ""

    def _signature(self, content):
        der = self.key.private_key.sign(content.encode(), ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(der)
        return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def by(self, key, algorithm, **header):
        return jwt.encode({"alg": algorithm, "kid": self.key.kid, **header}, self.claims(), key, algorithms=[algorithm])

    def hmac(self, algorithm, secret):
        content = f"{b64(self.header(alg=algorithm))}.{b64(self.claims())}"
        return f"{content}.{b64(hmac.new(secret, content.encode(), hashlib.sha256).digest())}"

    def unsigned(self, algorithm, signature=""):
        return f"{b64(self.header(alg=algorithm))}.{b64(self.claims())}.{signature}"


@pytest.fixture
def forger(sandbox, clock):
    return Forger(sandbox, clock)


@pytest.fixture
def ask(hub):
    async def ask(*tokens, **headers):
        sent = [("Authorization", token if " " in token else f"Bearer {token}") for token in tokens]
        async with hub.session.post(f"{hub.url}/graphql", json=QUERY, headers=[*sent, *headers.items()]) as response:
            return response.status, response.headers, await response.json()

    return ask


FORGED = {
    # no signature, or not one of the provider's
    "alg none": lambda f: f.unsigned("none"),
    "alg None": lambda f: f.unsigned("None"),
    "alg nOnE with a signature": lambda f: f.unsigned("nOnE", f.good().split(".")[2]),
    "alg empty": lambda f: f.unsigned(""),
    "alg missing": lambda f: f.headed(alg=None),
    "alg a number": lambda f: f.headed(alg=256),
    "alg a list": lambda f: f.headed(alg=["ES256"]),
    "alg in small letters": lambda f: f.headed(alg="es256"),
    "no signature": lambda f: f.good().rpartition(".")[0] + ".",
    "the signature of another token": lambda f: f.good().rpartition(".")[0] + "." + f.good("admin").split(".")[2],
    "half a signature": lambda f: f.good()[:-40],
    "a longer signature": lambda f: f.good() + "AAAA",
    "a signature of zeros": lambda f: f.good().rpartition(".")[0] + "." + b64(bytes(64)),
    "another payload": lambda f: f"{f.good().split('.')[0]}.{b64(f.claims() | {'sub': 'x'})}.{f.good().split('.')[2]}",
    "a payload that adds a role": lambda f: (
        f"{f.good().split('.')[0]}.{b64(f.claims() | {'realm_access': {'roles': ['administrator']}})}."
        f"{f.good().split('.')[2]}"
    ),
    # another key
    "another key under its id": lambda f: f.by(ECKey.generate_key("P-256"), "ES256"),
    "another curve under its id": lambda f: f.by(ECKey.generate_key("P-384"), "ES384"),
    "an RSA key under its id": lambda f: f.by(RSAKey.generate_key(2048), "RS256"),
    "an RSA key under its id, with PSS": lambda f: f.by(RSAKey.generate_key(2048), "PS256"),
    # key confusion: the public key taken for a secret
    "HS256 with the public key as PEM": lambda f: f.hmac("HS256", f.key.as_pem(private=False)),
    "HS256 with the public key as DER": lambda f: f.hmac("HS256", f.key.as_der(private=False)),
    "HS256 with the public key as JSON": lambda f: f.hmac("HS256", json.dumps(f.key.as_dict(private=False)).encode()),
    "HS256 with the id of the key": lambda f: f.hmac("HS256", f.key.kid.encode()),
    "HS256 with nothing": lambda f: f.hmac("HS256", b""),
    "HS512 of a secret": lambda f: f.by(OctKey.generate_key(512), "HS512"),
    "ES256 of an HMAC": lambda f: f.hmac("ES256", f.key.as_pem(private=False)),
    # tricks with the key's id
    "kid missing": lambda f: f.headed(kid=None),
    "kid empty": lambda f: f.headed(kid=""),
    "kid unknown": lambda f: f.headed(kid="somebody-else"),
    "kid a path": lambda f: f.headed(kid="../../../../dev/null"),
    "kid SQL": lambda f: f.headed(kid="x' UNION SELECT 'key"),
    "kid an address": lambda f: f.headed(kid="https://attacker.example/key"),
    "kid a list": lambda f: f.headed(kid=[f.key.kid]),
    "kid a number": lambda f: f.headed(kid=0),
    "kid with a blank": lambda f: f.headed(kid=f.key.kid + " "),
    # a token that brings its own key or rules
    "jwk": lambda f: f.headed(jwk=f.key.as_dict(private=False)),
    "jku": lambda f: f.headed(jku="https://attacker.example/keys"),
    "x5u": lambda f: f.headed(x5u="https://attacker.example/chain"),
    "x5c": lambda f: f.headed(x5c=["MIIB"]),
    "crit": lambda f: f.headed(crit=["exp"]),
    "b64": lambda f: f.headed(b64=False),
    # a token for another purpose, or no token
    "an ID token": lambda f: f.good(typ="ID"),
    "a refresh token": lambda f: f.good(typ="Refresh"),
    "a logout token": lambda f: f.headed(typ="logout+jwt"),
    "a proof of possession": lambda f: f.headed(typ="dpop+jwt"),
    "two parts": lambda f: f.good().rpartition(".")[0],
    "five parts": lambda f: f.good() + ".x.y",
    "one part": lambda _: "opaque",
    "a header that is no JSON": lambda f: f"{b64(b'{')}.{b64(f.claims())}.x",
    "a header that is a list": lambda f: f"{b64([])}.{b64(f.claims())}.x",
    "a header that is no base64": lambda f: f"é!.{b64(f.claims())}.x".encode("ascii", "replace").decode(),
    "a payload that is no JSON": lambda f: f.issuer.keys and f"{b64(f.header())}.{b64(b'{')}.{f.good().split('.')[2]}",
    "too long": lambda f: f.good(padding="x" * 7_000),
    # issuer, audience, subject
    "another issuer": lambda f: f.good(iss="http://attacker.example"),
    "the issuer with a slash": lambda f: f.good(iss=f"{f.address}/"),
    "the issuer in a list": lambda f: f.good(iss=[f.address]),
    "no issuer": lambda f: f.good(iss=None),
    "another audience": lambda f: f.good(aud="account"),
    "an empty audience": lambda f: f.good(aud=[]),
    "part of the audience": lambda f: f.good(aud="simp"),
    "an audience that is an object": lambda f: f.good(aud={"simpul": True}),
    "no audience": lambda f: f.good(aud=None),
    "no subject": lambda f: f.good(sub=None),
    "an empty subject": lambda f: f.good(sub=""),
    "a subject that is a number": lambda f: f.good(sub=1),
    # time
    "expired": lambda f: f.good(exp=f.now - 61),
    "expired just beyond the leeway": lambda f: f.good(exp=f.now - 60),
    "no end": lambda f: f.good(exp=None),
    "an end that is a text": lambda f: f.good(exp="9999999999"),
    "an end that is a truth": lambda f: f.good(exp=True),
    "an end that never comes": lambda f: f.good(exp=float("inf")),
    "an end that is no number": lambda f: f.good(exp=float("nan")),
    "not yet": lambda f: f.good(nbf=f.now + 61),
    "not yet, as a text": lambda f: f.good(nbf="0"),
    "made in the future": lambda f: f.good(iat=f.now + 61),
}


async def test_a_token_that_does_not_hold_is_refused_and_not_taken_for_nobody(ask, forger):
    told = {}
    for name, made in FORGED.items():
        with capture_logs() as lines:
            status, headers, body = await ask(made(forger))
        events = [line["event"] for line in lines if line["event"].startswith(("token", "graphql"))]
        told[name] = (status, headers["WWW-Authenticate"], body, events)
    message = "Token akses tidak berlaku, atau tidak lagi; masuklah kembali."
    body = {"errors": [{"message": message, "extensions": {"code": "UNAUTHENTICATED"}}]}
    refused = (401, 'Bearer realm="simpul", error="invalid_token"', body, ["token.refused"])
    assert {name: each for name, each in told.items() if each != refused} == {}


def test_there_are_fifty_and_more():
    assert len(FORGED) >= 50


@pytest.mark.parametrize("name", ACCOUNTS)
async def test_a_good_token_holds(ask, forger, name):
    with capture_logs() as lines:
        status, _, body = await ask(forger.good(name))
    assert (status, body["data"]) == (200, {"city": {"name": CITY_NAME}})
    (role,) = ACCOUNTS[name].roles or ("citizen",)
    audience = {"citizen": "CITIZEN", "officer": "OFFICER", "administrator": "ADMIN", "auditor": "CITIZEN"}[role]
    assert [line["audience"] for line in lines if line["event"] == "graphql.operation"] == [audience]


@pytest.mark.parametrize(
    "changes",
    [{"exp": -59}, {"nbf": 60}, {"iat": 60}],
    ids=lambda changes: next(iter(changes)),
)
async def test_within_the_leeway_it_holds(ask, forger, changes):
    moved = {name: forger.now + seconds for name, seconds in changes.items()}
    assert (await ask(forger.good(**moved)))[0] == 200


@pytest.mark.parametrize("aud", ["simpul", ["simpul"], ["account", "simpul"]])
async def test_the_audience_may_be_one_of_several(ask, forger, aud):
    assert (await ask(forger.good(aud=aud)))[0] == 200


async def test_an_officer_without_an_agency_is_a_citizen(ask, forger):
    with capture_logs() as lines:
        await ask(forger.good("officer", agency=None))
    assert [line["audience"] for line in lines if line["event"] == "graphql.operation"] == ["CITIZEN"]


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer ", "Token abc", "Bearer"])
async def test_a_header_that_is_no_bearer_token_is_refused(ask, header):
    status, headers, body = await ask(header if " " in header else f"{header} ")
    assert (status, body["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert headers["WWW-Authenticate"] == 'Bearer realm="simpul"'


async def test_two_headers_are_refused(ask, forger):
    assert (await ask(forger.good(), forger.good("admin")))[0] == 401


class TestKeys:
    async def test_they_are_fetched_once(self, ask, forger, sandbox):
        for _ in range(3):
            assert (await ask(forger.good()))[0] == 200
        assert sandbox.control.calls("identity") == {"discovery": 1, "keys": 1}

    async def test_a_rotated_key_is_found(self, ask, forger, sandbox, clock):
        assert (await ask(forger.good()))[0] == 200
        before = forger.good()
        forger.issuer.rotate()
        clock.advance(timedelta(seconds=10))
        assert (await ask(forger.good()))[0] == 200
        assert (await ask(before))[0] == 200
        assert sandbox.control.calls("identity") == {"discovery": 1, "keys": 2}

    async def test_a_key_that_the_provider_has_dropped_is_dropped_within_the_hour(self, ask, forger, clock):
        assert (await ask(forger.good()))[0] == 200
        forger.issuer.keys, old = [ECKey.generate_key("P-256", {"kid": "new", "use": "sig"})], forger.issuer.keys
        clock.advance(timedelta(hours=1))
        forger.issuer.keys, new = old, forger.issuer.keys
        late = forger.good()
        forger.issuer.keys = new
        assert (await ask(late))[0] == 401

    async def test_a_token_is_verified_once_by_a_key_and_read_each_time(self, ask, forger, clock, monkeypatch):
        verified, decode = [], jwt.decode

        def note(token, key, **given):
            verified.append(token)
            return decode(token, key, **given)

        monkeypatch.setattr(token_signatures.jwt, "decode", note)
        mine, admins = forger.good(), forger.good("admin")
        assert [(await ask(token))[0] for token in (mine, mine, admins, mine, admins)] == [200] * 5
        assert verified == [mine, admins]
        head, _, signature = mine.split(".")
        forged = f"{head}.{admins.split('.')[1]}.{signature}"
        assert [(await ask(forged))[0] for _ in range(2)] == [401] * 2
        assert verified == [mine, admins, forged, forged]
        clock.advance(timedelta(hours=1, minutes=2))  # the keys are fetched again, and its time is over
        assert (await ask(mine))[0] == 401
        assert verified == [mine, admins, forged, forged, mine]
        lasting = forger.good(exp=forger.now + 50)
        assert [(await ask(lasting))[0] for _ in range(2)] == [200] * 2
        clock.advance(timedelta(seconds=111))
        assert (await ask(lasting))[0] == 401
        assert verified == [mine, admins, forged, forged, mine, lasting]

    async def test_made_up_ids_do_not_make_us_a_nuisance(self, ask, forger, sandbox):
        for number in range(20):
            assert (await ask(forger.headed(kid=f"made-up-{number}")))[0] == 401
        assert sandbox.control.calls("identity") == {"discovery": 1, "keys": 1}

    async def test_without_the_provider_a_known_key_still_holds_for_a_day(self, ask, forger, sandbox, clock):
        assert (await ask(forger.good()))[0] == 200
        sandbox.control.set("identity", "down")
        clock.advance(timedelta(hours=2))
        assert (await ask(forger.good()))[0] == 200
        clock.advance(timedelta(hours=23))
        assert (await ask(forger.good()))[0] == 503

    @pytest.mark.parametrize("mode", ["down", "html", "truncated", "rejecting"])
    async def test_a_provider_that_was_never_reached_is_503_and_anybody_may_still_ask(self, ask, forger, sandbox, mode):
        sandbox.control.set("identity", mode)
        status, headers, body = await ask(forger.good())
        assert (status, headers["Retry-After"]) == (503, "10")
        assert body["errors"][0]["extensions"]["code"] == "IDENTITY_UNAVAILABLE"
        assert (await ask())[0] == 200

    async def test_a_symmetric_key_among_the_public_ones_is_no_key(self, ask, forger):
        secret = OctKey.import_key("a" * 32, {"kid": "shared", "use": "sig", "alg": "HS256"})
        forger.issuer.keys.append(secret)
        assert (await ask(forger.by(secret, "HS256", kid="shared")))[0] == 401


async def test_no_part_of_a_token_is_logged(ask, forger):
    token = forger.good()
    with capture_logs() as lines:
        await ask(token)
        await ask(token + "x")
    said = str(lines)
    assert not [part for part in token.split(".") if part in said]
    assert ACCOUNTS["citizen"].nik not in said


async def test_a_city_without_a_provider_takes_no_token(sandbox, forger, clock, tmp_path):
    table = '[identity]\nissuer = "http://127.0.0.1:8100/identity"\naudience = "simpul"\n'
    configuration = configuration_for(sandbox, tmp_path, (table, ""))
    async with listening(configuration, clock) as hub:
        headers = {"Authorization": f"Bearer {forger.good()}"}
        async with hub.session.post(f"{hub.url}/graphql", json=QUERY, headers=headers) as response:
            assert response.status == 401
        assert (await hub.data(QUERY["query"]))["city"]["name"] == CITY_NAME


async def test_who_leaves_while_the_keys_are_fetched_costs_nobody_else_their_token(configuration, sandbox, clock):
    identity = IdentityProvider(configuration.identity, clock)
    token = Forger(sandbox, clock).good()
    sandbox.control.hold("identity")
    first, second = (asyncio.create_task(identity.person(token)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.wait([first])
    sandbox.control.release("identity")
    assert (await second).audience is Audience.CITIZEN
    assert (await identity.person(token)).audience is Audience.CITIZEN
    await identity.aclose()


@pytest.mark.parametrize("path", ["/graphql", "/schema.graphql"])
async def test_an_empty_header_is_no_credential(hub, path):
    """Apollo's own example sends one for who has logged out."""
    for headers in (
        {"Authorization": ""},
        {"Authorization": "  "},
        {"x-api-key": ""},
        {"Authorization": "", "x-api-key": "", "simpul-purpose": "", "simpul-case": ""},
    ):
        method, body = ("POST", QUERY) if path == "/graphql" else ("GET", None)
        async with hub.session.request(method, f"{hub.url}{path}", json=body, headers=headers) as response:
            assert response.status == 200, headers
            assert "private" not in response.headers.get("cache-control", "")


async def test_and_does_not_stand_in_the_way_of_one(hub, sandbox, clock):
    token = Forger(sandbox, clock).good()
    for headers in (
        [("Authorization", ""), ("Authorization", f"Bearer {token}")],
        [("Authorization", f"Bearer {token}"), ("x-api-key", "")],
    ):
        async with hub.session.post(
            f"{hub.url}/graphql", json={"query": "{ me { audience } }"}, headers=headers
        ) as response:
            assert (await response.json())["data"] == {"me": {"audience": "CITIZEN"}}
    for bad in ("Bearer", "Bearer  ", "Basic eA==", "x"):
        async with hub.session.post(f"{hub.url}/graphql", json=QUERY, headers={"Authorization": bad}) as response:
            assert response.status == 401, bad
