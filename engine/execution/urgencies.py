"""How urgent a caller is, by who asks and by what the client says of itself."""

import re
from collections.abc import Collection

from starlette.datastructures import Headers

from auth.caller import Audience, Caller
from connectors.kit.urgency import Urgency

_MACHINE = re.compile(
    r"bot\b|crawl|spider|slurp|scrap|archiver|^$|^(?:curl|wget|python|java|ruby|perl|php|libwww|node|go-http|aiohttp|httpx)\b",
    re.IGNORECASE,
)
"""What crawlers and scripts call themselves. A client without a name is one of them."""


def urgency_of(caller: Caller, headers: Headers, emergency: Collection[str] = ()) -> Urgency:
    """The class of the caller. `emergency` are the codes of the apps of emergency services."""
    if caller.app and caller.app.code in emergency:
        return Urgency.EMERGENCY
    if caller.audience in (Audience.OFFICER, Audience.ADMIN):
        return Urgency.STAFF
    if caller.person:
        return Urgency.CITIZEN
    if caller.app:
        return Urgency.PARTNER
    return Urgency.CRAWLER if _MACHINE.search(headers.get("user-agent", "")) else Urgency.CITIZEN
