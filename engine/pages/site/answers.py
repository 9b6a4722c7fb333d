"""How a page goes to who asks: in which language, for how long it may be kept, and by which tag it is known."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from engine.http.negotiation import LANGUAGES, language
from engine.pages.site.frame import policy_of

KEPT = 300
"""Seconds for which a page may be kept by whoever has it; then its tag is compared."""
MOMENT = 30
"""The same for the first page, which says how the agencies do."""
LONG = 86_400
"""The same for what stays as long as the hub runs."""


def language_of(request: Request) -> str:
    """The one that the address names; else the one that the reader likes better."""
    named = request.query_params.get("lang")
    return named if named in LANGUAGES else language(request.headers.get("accept-language"))


def page_answer(
    request: Request,
    body: bytes,
    spoken: str | None,
    seconds: int = KEPT,
    *,
    kind: str = "text/html",
    policy: str | None = None,
) -> Response:
    """The page, or that it is still the one that the client has. Without a language, it is the same in all."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": f"public, max-age={seconds}"}
    if spoken:
        headers |= {"vary": "accept-language", "content-language": spoken}
    if kind == "text/html" or policy:
        headers["content-security-policy"] = policy or policy_of()
    had = request.headers.get("if-none-match", "")
    if tag in had or had.strip() == "*":
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=kind)
