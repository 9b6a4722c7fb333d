"""Words of the schema: the official Indonesian ones, and those that stand in no name."""

import re

from graphql import GraphQLSchema

from tests.schema.rules.elements import elements

OFFICIAL = {"kecamatan", "kelurahan", "desa", "kota", "kabupaten"}
"""Indonesian words that stand for themselves in English: nothing elsewhere is the same."""
BOTH = set("data digital internet media modern normal online status total video".split())
"""Words of both languages."""
ABBREVIATIONS = set(
    "addr amt avg cat cfg cnt ctg curr desc dob dst env fmt idx img kab kec kel lat lng lon max min msg nbr no nr "
    "num obj org pct pos prov qty ref req res src tel temp tmp txt usr val ver".split()
)
FILLING = re.compile(
    r"^(gets|represents|retrieves|returns)\b|\b(this (field|type|argument|value)|various|etc|information about|basically"
    r"|simply|TODO|TBD|N/A)\b",
    re.IGNORECASE,
)
VERBS = set(
    "add announce answer ask assign book cancel change close confirm create decline delete end escalate file give hold join "
    "leave mark move open pay pick publish rate register release remove renew rename reopen reply report request "
    "reserve resend revoke send set start submit subscribe take unsubscribe update upload verify withdraw".split()
)
MANY = OFFICIAL | {"unavailable"}
"""Last words of what is many, though there is no plural of them."""
TERM = re.compile(r"\([^()]*[a-zA-Z]{3,}[^()]*\)")


def vocabulary(schema: GraphQLSchema) -> dict[str, str]:
    """The Indonesian words that the descriptions give as terms, in parentheses, and where they do."""
    found: dict[str, str] = {}
    for each in elements(schema):
        for term in re.findall(r"\(([^()`]*)\)", each.of.description or ""):
            for word in set(re.findall(r"\b[a-z]{4,}\b", term)) - OFFICIAL - BOTH:
                found.setdefault(word, each.at)
    return found
