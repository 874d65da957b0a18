"""Log set-up: events as lines on stderr, for people or for machines, without secrets or speech."""

import contextvars
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import PurePath
from typing import Literal, ParamSpec, TextIO, TypeVar

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["console", "json"]
A = ParamSpec("A")
R = TypeVar("R")

REDACTED = "[redacted]"

_NUMBER = {"debug": 10, "info": 20, "warning": 30, "error": 40}

# Names are matched part by part: `api_key` has the part `key`, `target_text` the part `text`.
_SECRET = re.compile(
    r"(?:^|[_-])(?:authorization|cookie|credential|key|passphrase|password|secret|signature|token)s?"
    r"(?:[_-]|$)",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"(?:^|[_-])(?:heard|line|prompt|script|segment|spoken|subtitle|text|transcript|translation"
    r"|utterance|variant|word)s?(?:[_-]|$)",
    re.IGNORECASE,
)
_URL = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?:[^/\s@]*@)?(?P<rest>[^\s?#]*)[?#]?\S*", re.IGNORECASE
)


def configure_logs(*, level: Level, log_format: Format, stream: TextIO | None = None) -> None:
    """Send log events of `level` and above to stderr, or to `stream`. Called once, at the start."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            # Rendered as plain text: a traceback with local variables would show transcripts.
            structlog.processors.format_exc_info,
            _renderer(log_format, stream or sys.stderr),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_NUMBER[level]),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def log_context(**ids: str) -> AbstractContextManager[object]:
    """Put ids, such as `job` and `stage`, on every event that is logged inside the block."""
    return structlog.contextvars.bound_contextvars(**ids)


def add_log_ids(**ids: str) -> None:
    """Put ids on every further event of this request; `log_context` round it takes them off."""
    structlog.contextvars.bind_contextvars(**ids)


def in_this_context(work: Callable[A, R]) -> Callable[A, R]:
    """The same work, logging with the ids bound here whichever thread does it."""
    context = contextvars.copy_context()

    def carried(*args: A.args, **kwargs: A.kwargs) -> R:
        # A copy for each call: two threads cannot be inside one context at a time.
        return context.copy().run(work, *args, **kwargs)

    return carried


def redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Keep secrets, transcripts and whole documents out of a log event.

    Numbers under the name of a text are counts and stay.
    """
    return {
        name: value if name in ("event", "exc_info", "stack_info") else _safe(name, value)
        for name, value in event.items()
    }


def _safe(name: str, value: object) -> object:
    if _SECRET.search(name):
        return REDACTED
    match value:
        case None | bool() | int() | float():
            return value
        case PurePath():
            return str(value)
        case _ if _SPOKEN.search(name):
            return REDACTED
        case str():
            return _URL.sub(r"\g<scheme>\g<rest>", value)
        case Mapping():
            return {str(inner): _safe(str(inner), held) for inner, held in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_safe(name, held) for held in value]
        case _:
            return f"<{type(value).__name__}>"


def _renderer(log_format: Format, stream: TextIO) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
