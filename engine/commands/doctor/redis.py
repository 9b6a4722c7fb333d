"""Redis or Valkey, where hubs share one."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from redis import exceptions
from redis.asyncio import Redis

from connectors.kit.redis_presence import PATIENCE
from engine.commands.doctor.patient import Patient
from engine.commands.doctor.symptoms import Examination

URL = "SIMPUL_CACHE_URL"
PROBE = "simpul:doctor:{}"


async def examine_redis(patient: Patient) -> Examination:
    """What is found. One key is written that goes by itself."""
    findings = Examination("redis")
    if patient.settings is None:
        findings.skip(URL, "the settings cannot be read")
        return findings
    url = patient.settings.cache_url.get_secret_value()
    if url.startswith("memory:"):
        findings.well("-", "none is configured: each process keeps answers and counts quotas by itself")
        return findings
    try:
        place = urlsplit(url)
        name = f"{place.hostname}:{place.port or 6379}" if place.hostname else place.path
        client = Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    except (ValueError, TypeError):
        findings.fail(URL, "it is not written as an address of Redis is", "redis://, rediss:// or unix://")
        return findings
    try:
        await _ask(client, name, patient, findings)
    except (exceptions.RedisError, OSError) as error:
        findings.fail(name, *_told(error))
    finally:
        await client.aclose()
    return findings


async def _ask(client: "Redis", name: str, patient: Patient, findings: Examination) -> None:
    seconds, micros = await client.time()
    patient.clocks["Redis"] = seconds + micros / 1e6 - patient.clock.now().timestamp()
    await client.set(PROBE.format(secrets.token_hex(8)), "1", px=1000)
    told: dict[str, Any] = await client.info("memory")
    most, policy = told.get("maxmemory", 0), told.get("maxmemory_policy")
    used = f"{told.get('used_memory', 0) / 1e6:.0f} MB used"
    if most and policy == "noeviction":
        said = f"{used} of {most / 1e6:.0f}, and when it is full it refuses to write (noeviction)"
        findings.warn(name, said, "set maxmemory-policy allkeys-lru: what the hub keeps there can all be had again")
    else:
        findings.well(name, f"it answers and can be written; {used}")


def _told(error: BaseException) -> tuple[str, str]:
    """What is wrong, and what to do. The library raises the loss of a connection for whatever ended its beginning."""
    why = error.__cause__ if isinstance(error.__cause__, exceptions.RedisError) else error
    if isinstance(why, exceptions.NoPermissionError):
        return "its user may not do what the hub needs", f"give the user of {URL} the rights on simpul:*"
    if isinstance(why, exceptions.AuthenticationError):
        return "it does not accept the user or the password", f"put the right user and password into {URL}"
    if isinstance(why, exceptions.ResponseError):
        word = str(why).partition(" ")[0]
        return f"it refuses to write ({word})", "name one that is no read-only replica and has room"
    told = f"start it, or mend the address in {URL}; meanwhile each hub goes by itself and counts quotas alone"
    return f"it does not answer within {PATIENCE:g} s", told
