"""A lease in Redis: one process asks the agency, the others wait for it and share its failure."""

import asyncio
from typing import Any

import msgspec

from connectors.kit.errors import BY_CODE, AgencyError

LOOK = 0.02
"""Seconds between two looks at a lease that somebody else holds."""
FAILED_FOR = 5.0
"""Seconds that the word of a failure stays for those who waited."""

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
    """None if it is ours now, otherwise the token of who has it."""
    held = await client.eval(TAKE, 1, name, token, _milliseconds(seconds))
    return str(held, "ascii") if held else None


async def wait(client: Any, name: str, holder: str, agency: str) -> AgencyError | None:
    """Until the holder has ended it, or it ran out because the holder died; the holder's error if it failed."""
    held = holder.encode("ascii")
    while (now := await client.get(name)) == held:  # noqa: ASYNC110  it is ended by another process
        await asyncio.sleep(LOOK)
    word = b"failed:%b:" % held
    if now is None or not now.startswith(word):
        return None
    failure = msgspec.json.decode(now.removeprefix(word), type=_Failure)
    return BY_CODE[failure.code](agency, failure.reason, retry_after=failure.retry_after)


async def end(client: Any, name: str, token: str, error: AgencyError | None) -> None:
    """Give it back if it is still ours, with word of the error where there was one."""
    word = b""
    if error:
        failure = _Failure(error.code, error.reason, error.retry_after)
        word = b"failed:%b:%b" % (token.encode("ascii"), msgspec.json.encode(failure))
    await client.eval(END, 1, name, token, word, _milliseconds(FAILED_FOR))


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))
