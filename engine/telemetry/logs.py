"""How log lines are written: the hub's own and those of its libraries, in one form."""

import logging
import sys
from enum import Enum
from typing import Any

import structlog

from connectors.kit.tracing import TRACE


class LogForm(Enum):
    """The form of a line."""

    JSON = "json"
    TEXT = "text"


def with_trace(_logger: object, _method: str, event: Any) -> Any:
    """A processor of structlog: the trace to which the line belongs, where the hub is traced."""
    if trace := TRACE.get():
        event |= trace.ids()
    return event


def configure_logging(level: int = logging.INFO, form: LogForm | None = None) -> None:
    """One line an event: for people on a terminal, JSON elsewhere, unless the `form` is given.

    The libraries' own lines are written only from warnings on.
    """
    form = form or (LogForm.TEXT if sys.stderr.isatty() else LogForm.JSON)
    about: list[Any] = [
        structlog.contextvars.merge_contextvars,
        with_trace,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    written: Any = structlog.processors.JSONRenderer()
    if form is LogForm.TEXT:
        written = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*about, written],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=about,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                written,
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[others], force=True)
