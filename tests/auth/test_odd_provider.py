"""The identity provider is an upstream like any other: what it sends is keys and sessions, or an `AgencyError`."""

import pytest
from joserfc.jwk import ECKey, RSAKey
from structlog.testing import capture_logs

from auth.account import Account
from auth.jwks_cache import JwksCache
from connectors.kit.agency import Agency, Limits
from connectors.kit.errors import AgencyError
from tests import mutation
from tests.clock import FakeClock
from tests.playback import Exchange, Recording, playing

ONE = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}).as_dict(private=False) | {"kid": "one"}
TWO = RSAKey.generate_key(2048).as_dict(private=False) | {"kid": "two"}
SESSION = {"id": "s1", "started": 1_764_201_600, "lastAccess": 1_764_201_600, "browser": "Contoh", "current": True}
DEVICES = [{"os": "Contoh", "device": "Contoh", "sessions": [SESSION]}, {"os": "Lain", "sessions": []}]


def provider(discovery, keys, devices):
    answers = {"/.well-known/openid-configuration": discovery, "/keys": keys, "/account/sessions/devices": devices}
    exchanges = [Exchange(method="GET", path=path, answer=answer) for path, answer in answers.items()]
    return Recording(options={}, credentials={}, arguments=[], rows=[], mandatory=[], optional=[], exchanges=exchanges)


@pytest.mark.parametrize(("damaged", "still"), [("discovery", {False}), ("keys", {True, False}), ("devices", {True})])
async def test_an_odd_value_of_the_provider_is_never_more_than_an_agency_error(damaged, still):
    whole = {"discovery": {}, "keys": {"keys": [ONE, TWO]}, "devices": DEVICES}
    escapes, outcomes = [], set()
    async with playing(provider(**whole)) as player:
        at = Agency(
            code="identity", domain="identity", connector="oidc", name="I", url=player.url, limits=Limits(retries=0)
        )
        whole["discovery"] = {"issuer": player.url, "jwks_uri": f"{player.url}/keys"}
        for place in mutation.places(whole[damaged]):
            for odd in mutation.ODD:
                player.played = provider(**whole | {damaged: mutation.with_value(whole[damaged], place, odd)})
                keys = JwksCache(at, FakeClock())
                with capture_logs():
                    try:
                        outcomes.add(await known(keys))
                        mutation.cannot_be_answered(await Account(at, FakeClock()).sessions("token"))
                    except AgencyError:
                        pass
                    except Exception as error:  # noqa: BLE001  whatever leaves is what is looked for
                        where = ".".join(map(str, place))
                        escapes.append(f"{where} = {mutation.shown(odd)}: {type(error).__name__}")
                await keys.aclose()
    assert escapes == []
    assert outcomes == still


async def known(keys):
    try:
        return await keys.get("one") is not None
    except AgencyError:
        return False
