"""What can go wrong between a hub and an agency: one small function for each fault, and the code that the hub says.

`FAULTS` are those of a connection and of its bytes, `CONTENTS` those of what an answer says. Those of an address (its
name, its certificate) stand in `test_addresses.py`.
"""

import asyncio
import contextlib
import json
import re
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from tests.faults.proxy import Door, Exchange, Spoil

UNAVAILABLE, CHANGED, THROTTLED, REJECTED = (
    "AGENCY_UNAVAILABLE", "AGENCY_CHANGED", "AGENCY_THROTTLED", "AGENCY_REJECTED",
)  # fmt: skip
NOTHING_AMISS = None

LAWS = ("jdih-kota", "jdih-provinsi", "jdih-pusat")
"""They are read as a stream, byte by byte; the first of them may be 200 MB long."""
LARGE = 10_000_000
BOMB = 100_000_000


class Fault(NamedTuple):
    """`code` is what the hub says of the agency while the fault lasts; None where the answer is as good as any.

    `silent`: it takes the whole time that the agency has. `ours`: it is about the hub's own request, so the breaker of the
    agency does not count it. `but` names the agencies to whose format it means something
    else, with what it means there.
    """

    name: str
    code: str | None
    begin: Callable[[Door], None]
    silent: bool = False
    ours: bool = False
    but: Mapping[str, str | None] = {}

    def opens_the_breaker(self, agency: str) -> bool:
        """Whether an agency that goes on so is left alone."""
        return self.code_of(agency) in {UNAVAILABLE, CHANGED} and not self.ours

    def code_of(self, agency: str) -> str | None:
        """What the hub says of this agency."""
        return self.but.get(agency, self.code)


FAULTS: list[Fault] = []
CONTENTS: list[Fault] = []


def asked(code: str | None, *, to: list[Fault] = FAULTS, **more: Any) -> Callable[[Spoil], Spoil]:
    """A fault at each request."""

    def declare(spoil: Spoil) -> Spoil:
        to.append(Fault(_named(spoil), code, lambda door: door.spoil(asked=spoil), **more))
        return spoil

    return declare


def connected(code: str | None, **more: Any) -> Callable[[Spoil], Spoil]:
    """A fault at each new connection."""

    def declare(spoil: Spoil) -> Spoil:
        FAULTS.append(Fault(_named(spoil), code, lambda door: door.spoil(connected=spoil), **more))
        return spoil

    return declare


def _named(spoil: Callable[..., Any]) -> str:
    return spoil.__name__.replace("_", " ")


# Connections


FAULTS.append(Fault("port closed", UNAVAILABLE, Door.shut))
FAULTS.append(Fault("nobody accepts", UNAVAILABLE, Door.deafen, silent=True))


@connected(UNAVAILABLE)
async def reset_at_connect(exchange: Exchange) -> None:
    exchange.reset()


@connected(UNAVAILABLE)
async def closed_at_connect(exchange: Exchange) -> None:
    exchange.close()


@connected(UNAVAILABLE)
async def another_protocol(exchange: Exchange) -> None:
    await exchange.write(b"SSH-2.0-OpenSSH_9.9\r\n")
    exchange.close()


@asked(UNAVAILABLE)
async def reset_after_the_request(exchange: Exchange) -> None:
    exchange.reset()


@asked(UNAVAILABLE)
async def closed_after_the_request(exchange: Exchange) -> None:
    exchange.close()


@asked(UNAVAILABLE)
async def reset_in_mid_body(exchange: Exchange) -> None:
    answer = await exchange.answer()
    await exchange.write(answer.head(), answer.body[: len(answer.body) // 2])
    exchange.reset()


@asked(UNAVAILABLE)
async def shorter_than_its_length(exchange: Exchange) -> None:
    answer = await exchange.answer()
    await exchange.write(answer.head(length=len(answer.body) + 7), answer.body)
    exchange.close()


@asked(NOTHING_AMISS)
async def connections_that_are_kept_are_closed(exchange: Exchange) -> None:
    """The second request of a connection finds nobody, as behind a proxy that closes idle connections."""
    if exchange.served:
        exchange.reset()
    else:
        await exchange.send(await exchange.answer())


@asked(NOTHING_AMISS)
async def flapping(exchange: Exchange) -> None:
    """Each third question is answered only when it is asked again."""
    if exchange.times == 1 and len(exchange.door.asked) % 3 == 2:
        exchange.reset()
    else:
        await exchange.send(await exchange.answer())


# Time


@asked(NOTHING_AMISS)
async def latency(exchange: Exchange) -> None:
    answer = await exchange.answer()
    await asyncio.sleep(0.02)
    await exchange.send(answer)


@asked(UNAVAILABLE, silent=True)
async def hang_before_the_headers(exchange: Exchange) -> None:
    await exchange.left()


@asked(UNAVAILABLE, silent=True)
async def hang_in_mid_body(exchange: Exchange) -> None:
    answer = await exchange.answer()
    await exchange.write(answer.head() + answer.body[: len(answer.body) // 2])
    await exchange.left()


@asked(UNAVAILABLE, silent=True)
async def dripping_headers(exchange: Exchange) -> None:
    await exchange.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1_000)


@asked(UNAVAILABLE, silent=True)
async def dripping_body(exchange: Exchange) -> None:
    answer = await exchange.answer()
    await exchange.write(answer.head(length=10_000))
    await exchange.drip(answer.body[:1] + b" " * 9_999)


@asked(UNAVAILABLE, silent=True)
async def informed_for_ever(exchange: Exchange) -> None:
    await exchange.drip(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1_000, size=28)


# Framing


@asked(UNAVAILABLE, but=dict.fromkeys(LAWS, CHANGED))
async def longer_than_its_length(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain()
    await exchange.write(answer.head(length=len(answer.body) // 2) + answer.body)
    exchange.close()


@asked(UNAVAILABLE)
async def chunks_of_garbage(exchange: Exchange) -> None:
    answer = (await exchange.answer()).but(Transfer_Encoding="chunked")
    await exchange.write(answer.head(framed=False) + b"zz\r\n" + answer.body + b"\r\n0\r\n\r\n")
    exchange.close()


@asked(UNAVAILABLE)
async def two_lengths(exchange: Exchange) -> None:
    answer = await exchange.answer()
    await exchange.write(answer.head().replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n") + answer.body)
    exchange.close()


@asked(NOTHING_AMISS)
async def http_1_0(exchange: Exchange) -> None:
    answer = await exchange.answer()
    await exchange.write(answer.head(version="1.0", framed=False) + answer.body)
    exchange.close()


@asked(NOTHING_AMISS)
async def informed_before(exchange: Exchange) -> None:
    answer = await exchange.answer()
    await exchange.write(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
    await exchange.send(answer)


@asked(UNAVAILABLE)
async def a_header_without_end(exchange: Exchange) -> None:
    answer = (await exchange.answer()).but(X_Huge="x" * 1_000_000)
    await exchange.send(answer)


@asked(UNAVAILABLE)
async def headers_without_end(exchange: Exchange) -> None:
    answer = await exchange.answer()
    await exchange.write(answer.head()[:-2] + b"X-Many: of them\r\n" * 100_000 + b"\r\n" + answer.body)


@asked(NOTHING_AMISS)
async def cookies(exchange: Exchange) -> None:
    """Whoever sends one back gets no answer."""
    if b"\r\ncookie:" in exchange.head.lower():
        exchange.reset()
    else:
        await exchange.send((await exchange.answer()).but(Set_Cookie="session=1; Path=/"))


# Size


@asked(CHANGED, but={"jdih-kota": NOTHING_AMISS})
async def ten_megabytes(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain()
    await exchange.send(answer.but(answer.body + b" " * LARGE))


@asked(CHANGED)
async def a_body_without_end(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain().but(Transfer_Encoding="chunked")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    await exchange.write(answer.head(framed=False), *(chunk for _ in range(16_000)))


@asked(CHANGED)
async def a_bomb(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain()
    await exchange.send(answer.but(_bomb(), Content_Encoding="gzip"))


@cache
def _bomb() -> bytes:
    """Made in parts, so that the test does not need the memory that the hub must not need."""
    press, part = zlib.compressobj(wbits=31), b" " * 1_000_000
    return b"".join([*(press.compress(part) for _ in range(BOMB // len(part))), press.flush()])


# Statuses


def _status(status: int, code: str, *, name: str = "", body: bytes = b"{}", **headers: str) -> None:
    async def spoil(exchange: Exchange) -> None:
        answer = (await exchange.answer()).plain()
        told = {name: value.format(elsewhere=exchange.door.elsewhere) for name, value in headers.items()}
        await exchange.send(answer.but(body if status >= 400 else b"", status, **told))

    spoil.__name__ = name or f"status {status}"
    asked(code, ours=400 <= status < 500)(spoil)


_status(204, CHANGED)
_status(301, CHANGED, Location="{elsewhere}")
_status(302, CHANGED, Location="{elsewhere}")
_status(307, CHANGED, Location="{elsewhere}")
_status(400, REJECTED)
_status(401, REJECTED)
_status(403, REJECTED)
_status(404, CHANGED)
_status(418, CHANGED)
_status(429, THROTTLED)
_status(429, THROTTLED, name="429 for a while", Retry_After="1")
_status(500, UNAVAILABLE)
_status(502, UNAVAILABLE, name="502 in HTML", body=b"<html>Bad Gateway", Content_Type="text/html")
_status(503, UNAVAILABLE, name="503 for a while", Retry_After="1")


# Contents


def content(code: str | None, **more: Any) -> Callable[[Spoil], Spoil]:
    """A fault in what an answer says."""
    return asked(code, to=CONTENTS, **more)


@content(CHANGED)
async def cut_off(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain()
    await exchange.send(answer.but(answer.body[: len(answer.body) // 2]))


@content(CHANGED)
async def html(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain()
    await exchange.send(answer.but(b"<html><h1>Sedang pemeliharaan</h1></html>", Content_Type="text/html"))


@content(CHANGED)
async def html_under_another_name(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain()
    await exchange.send(answer.but(b"<html><h1>Sedang pemeliharaan</h1></html>"))


@content(CHANGED)
async def unknown_content_type(exchange: Exchange) -> None:
    await exchange.send((await exchange.answer()).but(Content_Type="application/octet-stream"))


@content(CHANGED)
async def empty(exchange: Exchange) -> None:
    await exchange.send((await exchange.answer()).plain().but(b""))


@content(CHANGED)
async def null(exchange: Exchange) -> None:
    await exchange.send((await exchange.answer()).plain().but(b"null"))


@content(CHANGED)
async def deeply_nested(exchange: Exchange) -> None:
    await exchange.send((await exchange.answer()).plain().but(b"[" * 500_000 + b"]" * 500_000))


@content(CHANGED)
async def about_something_else(exchange: Exchange) -> None:
    """A document that is well-formed and answers another question."""
    await exchange.send((await exchange.answer()).plain().but(b'{"services": [{"service_code": "1"}], "count": 3}'))


@content(CHANGED)
async def encoded_otherwise_than_said(exchange: Exchange) -> None:
    await exchange.send((await exchange.answer()).plain().but(Content_Encoding="gzip"))


@content(CHANGED, but=dict.fromkeys(LAWS, NOTHING_AMISS))
async def invalid_utf_8(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain()
    await exchange.send(answer.but(b"\xff\xfe\xc0" + answer.body + b"\xc3\x28"))


@content(NOTHING_AMISS)
async def a_bom(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain()
    await exchange.send(answer.but(b"\xef\xbb\xbf" + answer.body))


@content(NOTHING_AMISS, but=dict.fromkeys(LAWS, CHANGED))
async def in_utf_16(exchange: Exchange) -> None:
    """With a mark of the byte order, and said to be UTF-8; what was in another charset already goes as it is."""
    answer = (await exchange.answer()).plain()
    with contextlib.suppress(UnicodeDecodeError):
        kind = answer.headers["Content-Type"].partition(";")[0]
        text = answer.body.decode("utf-8").encode("utf-16")
        answer = answer.but(text, Content_Type=f"{kind}; charset=utf-8")
    await exchange.send(answer)


@content(NOTHING_AMISS)
async def a_charset_that_is_none(exchange: Exchange) -> None:
    answer = await exchange.answer()
    kind = answer.headers["Content-Type"].partition(";")[0]
    await exchange.send(answer.but(Content_Type=f"{kind}; charset=none-such"))


@content(NOTHING_AMISS, but=dict.fromkeys(["blk-contoh", "disnaker-agenda", "dispora-agenda"], CHANGED))
async def another_charset_than_said(exchange: Exchange) -> None:
    answer = await exchange.answer()
    kind = answer.headers["Content-Type"].partition(";")[0]
    await exchange.send(answer.but(Content_Type=f"{kind}; charset=utf-16"))


@content(CHANGED)
async def renamed(exchange: Exchange) -> None:
    answer = (await exchange.answer()).plain()
    await exchange.send(
        answer.but(re.sub(rb'"([A-Za-z_]+)"(?=\s*:)|(?<=[<\n/])([A-Za-z]+)\b', rb'"baru_\1"', answer.body))
    )


@content(CHANGED, but={"laksa": NOTHING_AMISS})
async def other_types(exchange: Exchange) -> None:
    await exchange.send(_rewritten((await exchange.answer()).plain(), lambda _: [[]]))


@content(CHANGED, but=dict.fromkeys(["laksa", "gor-contoh", "bmkg-prakiraan", "disdukcapil"], NOTHING_AMISS))
async def numbers_beyond_range(exchange: Exchange) -> None:
    await exchange.send(
        _rewritten((await exchange.answer()).plain(), lambda value: 10**400 if _is_number(value) else value)
    )


@content(NOTHING_AMISS)
async def keys_twice(exchange: Exchange) -> None:
    """Each object has a first version of its keys, of other types; the last one of a name counts."""
    answer = (await exchange.answer()).plain()
    await exchange.send(answer.but(re.sub(rb'("[A-Za-z_]+")(?=\s*:)', rb"\1:[[]],\1", answer.body)))


@content(NOTHING_AMISS)
async def another_age(exchange: Exchange) -> None:
    """The agency's clock is a hundred years ahead: in its header, and where it says its own time."""
    await exchange.send((await exchange.answer()).but(Date="Sat, 01 Jan 2126 00:00:00 GMT", Age="3155760000"))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or (
        isinstance(value, str) and bool(re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value))
    )


def _rewritten(answer: Any, leaf: Callable[[Any], Any]) -> Any:
    """Every value of a JSON document changed; another document is changed in its digits."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(each) for key, each in value.items()}
        if isinstance(value, list):
            return [walk(each) for each in value]
        return leaf(value)

    try:
        document = json.loads(answer.body)
    except ValueError:
        return answer.but(re.sub(rb"[0-9]+", b"9" * 400, answer.body))
    return answer.but(json.dumps(walk(document)).encode())
