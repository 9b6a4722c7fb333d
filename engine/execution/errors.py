"""How an error is shown: always with a code, in the caller's language, and never with more than the caller may know."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.schema.exceptions import CannotGetOperationTypeError

from connectors.kit.bilingual import Bilingual
from connectors.kit.errors import AgencyError, TooStale
from engine.execution.admission import AGAIN, Overloaded
from engine.execution.guard import CostExceedsQuota, QuotaExceeded
from engine.execution.known_accounts import WINDOW
from engine.execution.parsing import LimitExceeded
from engine.execution.translations import said
from engine.execution.value_errors import about_a_value
from resolvers.kit.errors import UserError
from store.kit.database import StoreBroken

log = structlog.get_logger()

TEXTS = {
    "AGENCY_UNAVAILABLE": Bilingual(id="{} sedang tidak menjawab.", en="{} does not answer now."),
    "AGENCY_THROTTLED": Bilingual(id="{} meminta simpul ini menunggu.", en="{} asked the hub to wait."),
    "AGENCY_COPYING": Bilingual(
        id="Salinan pertama dari {} sedang dibuat; coba lagi sebentar lagi.",
        en="The first copy of {} is being made; try again in a moment.",
    ),
    "HUB_THROTTLED": Bilingual(
        id="Terlalu banyak permintaan ke {} melalui simpul ini; coba lagi sebentar lagi.",
        en="The hub has reached its own limit of calls to {}; try again in a moment.",
    ),
    "DEADLINE_EXCEEDED": Bilingual(
        id="{} belum menjawab saat waktu untuk permintaan ini habis.",
        en="{} had not answered when the time for this request ended.",
    ),
    "AGENCY_REJECTED": Bilingual(id="{} menolak permintaan simpul ini.", en="{} refused the hub's request."),
    "AGENCY_CHANGED": Bilingual(id="Jawaban {} tidak dapat dibaca.", en="The answer of {} cannot be read."),
    "TOO_STALE": Bilingual(
        id="{} belum memberi data yang lebih baru; data yang ada lebih tua daripada yang diminta.",
        en="{} gives no newer data now; the data at hand are older than was asked for.",
    ),
    "LIMIT_EXCEEDED": Bilingual(
        id="Permintaan ini terlalu besar: {}, paling banyak {}.", en="The document asks for too much: {}, {} at most."
    ),
    "QUOTA_EXCEEDED": Bilingual(
        id="Kuota menit ini sudah habis; coba lagi sebentar lagi.",
        en="The quota of this minute is used up; try again in a moment.",
    ),
    "COST_EXCEEDS_QUOTA": Bilingual(
        id="Dokumen ini berbiaya sampai {}, sedangkan kuota semenit Anda {}. Menunggu tidak membantu: mintalah lebih "
        "sedikit sekaligus, atau kuota yang lebih besar.",
        en="This document costs up to {}, and your minute allows {}. To wait does not help: ask for less at once, or "
        "for a larger quota.",
    ),
    "OVERLOADED": Bilingual(
        id="Simpul ini sedang menjalankan sebanyak mungkin permintaan; coba lagi sebentar lagi.",
        en="The hub runs as many requests as it can; try again in a moment.",
    ),
    "STORE_UNAVAILABLE": Bilingual(
        id="Basis data simpul sedang tidak menjawab; coba lagi sebentar lagi.",
        en="The hub's own store does not answer now; try again in a moment.",
    ),
    "INTERNAL_SERVER_ERROR": Bilingual(
        id="Ada kesalahan di pihak kami. Sebutkan id ini bila melapor.",
        en="Something went wrong on our side. Name this id when you report it.",
    ),
}

NAMES = {
    "length": Bilingual(id="panjangnya", en="its length"),
    "tokens": Bilingual(id="jumlah tokennya", en="its tokens"),
    "depth": Bilingual(id="kedalamannya", en="its depth"),
    "breadth": Bilingual(id="bidang di satu tempat", en="fields in one place"),
    "aliases": Bilingual(id="jumlah aliasnya", en="its aliases"),
    "directives": Bilingual(id="jumlah direktifnya", en="its directives"),
    "root_fields": Bilingual(id="bidang akarnya", en="its root fields"),
    "values": Bilingual(id="nilai yang ditulis di dalamnya", en="the values written into it"),
    "variables": Bilingual(id="nilai dalam variabelnya", en="the values in its variables"),
    "cost": Bilingual(id="biayanya", en="its cost"),
}
"""What people call each limit."""

_ENDED = re.compile(
    r"Syntax Error: (?:Document|Source) contains more than (\d+) (tokens|code points)\. Parsing aborted\."
)
"""Where the parser stops at a limit."""
_AT_THE_END = re.compile(r"([,;.]? [Ff]ound:? |(?<=value): (?!Expected)).*", re.DOTALL)
_ANYWHERE = re.compile(r"""'(?=[^']*[0-9]{6})[^']*'|"[^"]*"|[0-9]{6,}""")


def present(error: GraphQLError, language: str, name_of: Callable[[str], str]) -> dict[str, Any]:
    """The error as it is answered; `name_of` gives an agency's name. What is unknown is logged and masked."""
    message, extensions = _words(error, language, name_of)
    shown: dict[str, Any] = {"message": message}
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        shown["path"] = error.path
    return shown | {"extensions": extensions}


def _words(error: GraphQLError, language: str, name_of: Callable[[str], str]) -> tuple[str, dict[str, Any]]:
    if refused := _of_the_door(error, language):
        return refused
    match error.original_error:
        case AgencyError() as cause:
            extensions: dict[str, Any] = {"code": cause.code, "agency": cause.agency, "retryable": cause.retryable}
            if cause.retry_after is not None:
                extensions["retryAfter"] = cause.retry_after
            if isinstance(cause, TooStale):
                extensions |= {"ageSeconds": cause.age, "maxStaleness": cause.at_most}
            return TEXTS[cause.code][language].format(name_of(cause.agency)), extensions
        case UserError() as cause:
            return cause.texts[language], {"code": cause.code, **cause.told}
        case CannotGetOperationTypeError():
            return said("operationName names none of the operations.", language), {"code": "BAD_REQUEST"}
        case _:
            return _of_the_store(error, language) or _of_the_question(error, language) or _masked(error, language)


def _of_the_door(error: GraphQLError, language: str) -> tuple[str, dict[str, Any]] | None:
    """It asks for too much, or too often; None where it is something else."""
    match error:
        case LimitExceeded():
            told = {"code": "LIMIT_EXCEEDED", "limit": error.limit, "most": error.most, "asked": error.found}
            return TEXTS["LIMIT_EXCEEDED"][language].format(NAMES[error.limit][language], error.most), told
        case CostExceedsQuota():
            dear = {"code": "COST_EXCEEDS_QUOTA", "cost": error.cost, "quota": error.quota}
            return TEXTS["COST_EXCEEDS_QUOTA"][language].format(error.cost, error.quota), dear
        case QuotaExceeded() | Overloaded():
            code, later = ("OVERLOADED", AGAIN) if isinstance(error, Overloaded) else ("QUOTA_EXCEEDED", WINDOW)
            return TEXTS[code][language], {"code": code, "retryAfter": later}
    return None


def _of_the_store(error: GraphQLError, language: str) -> tuple[str, dict[str, Any]] | None:
    """The hub's own database does not answer; None where it is something else."""
    if not isinstance(error.original_error, StoreBroken):
        return None
    log.error("store.unavailable", reason=str(error.original_error), path=".".join(map(str, error.path or ())))
    return TEXTS["STORE_UNAVAILABLE"][language], {"code": "STORE_UNAVAILABLE", "retryable": True}


def _of_the_question(error: GraphQLError, language: str) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with the document or its variables; None where it is something else."""
    message = _without_values(error.message)
    if isinstance(error, GraphQLSyntaxError) and (ended := _ENDED.fullmatch(error.message)):
        limit, most = {"tokens": "tokens", "code points": "length"}[ended[2]], int(ended[1])
        beyond = {"code": "LIMIT_EXCEEDED", "limit": limit, "most": most, "asked": None}
        return TEXTS["LIMIT_EXCEEDED"][language].format(NAMES[limit][language], most), beyond
    if isinstance(error, GraphQLSyntaxError):
        return message, {"code": "GRAPHQL_PARSE_FAILED"}
    if told := about_a_value(error, language):
        return told, {"code": "BAD_USER_INPUT"}
    if error.path is None and error.original_error is None:
        return message, {"code": "GRAPHQL_VALIDATION_FAILED"}
    return None


def _without_values(message: str) -> str:
    """What was expected, without what was given instead: it may be somebody's."""
    return _ANYWHERE.sub("…", _AT_THE_END.sub(".", message))


def _masked(error: GraphQLError, language: str) -> tuple[str, dict[str, Any]]:
    number = secrets.token_hex(8)
    cause = error.original_error or error
    log.error(
        "graphql.broken",
        id=number,
        error=type(cause).__name__,
        path=".".join(map(str, error.path or ())),
        frames=_frames(cause),
    )
    return TEXTS["INTERNAL_SERVER_ERROR"][language], {"code": "INTERNAL_SERVER_ERROR", "id": number}


def _frames(cause: BaseException) -> list[str]:
    """Where it came from: files and lines, no values."""
    frames, at = [], cause.__traceback__
    while at:
        code = at.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{at.tb_lineno} {code.co_name}")
        at = at.tb_next
    return frames
