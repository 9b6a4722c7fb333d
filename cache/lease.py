"""A lease in Redis: one process asks the agency, and the others wait for it and share its failure."""

import asyncio
from typing import Any

import msgspec

from connectors.kit.errors import BY_CODE, AgencyError

LOOK = 0.02
"""Seconds between two looks at a lease that another process holds."""
FAILED_FOR = 5.0
"""Seconds for which a failure is kept for the processes that waited."""

TAKE = """
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, 7) ~= 'failed:' then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""
END = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


class _Failure(msgspec.Struct, array_like=True):
    code: str
    reason: str
    retry_after: float | None


async def take(client: Any, name: str, token: str, seconds: float) -> str | None:
    """None if this process has the lease now, otherwise the token of the holder."""
    held = await client.eval(TAKE, 1, name, token, _milliseconds(seconds))
    return str(held, "ascii") if held else None


async def wait(client: Any, name: str, holder: str, agency: str) -> AgencyError | None:
    """Wait until the lease ends or runs out; the holder's error if it failed.

    A lease runs out if its holder has died.
    """
    held = holder.encode("ascii")
    while (now := await client.get(name)) == held:  # noqa: ASYNC110  another process ends it
        await asyncio.sleep(LOOK)
    word = b"failed:%b:" % held
    if now is None or not now.startswith(word):
        return None
    failure = msgspec.json.decode(now.removeprefix(word), type=_Failure)
    return BY_CODE[failure.code](agency, failure.reason, retry_after=failure.retry_after)


async def end(client: Any, name: str, token: str, error: AgencyError | None) -> None:
    """Give the lease back, if it is still held, with the error if there was one."""
    word = b""
    if error:
        failure = _Failure(error.code, error.reason, error.retry_after)
        word = b"failed:%b:%b" % (token.encode("ascii"), msgspec.json.encode(failure))
    await client.eval(END, 1, name, token, word, _milliseconds(FAILED_FOR))


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))
