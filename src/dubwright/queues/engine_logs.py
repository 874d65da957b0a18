"""What the engine has to say, among our own log events: little, and in one line each."""

import logging
import threading
import time

import structlog

_LOGGER = "dbos"
_AGAIN_AFTER_S = 60.0
_CHARACTERS = 300


class _Forward(logging.Handler):
    """Warnings of one place in the engine once a minute: without a database it says each many times a second."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said_at: dict[tuple[str, int], float] = {}
        self._saying = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            structlog.get_logger().error("engine.failed", reason=_first_line(record))
        elif self._is_news((record.module, record.lineno)):
            structlog.get_logger().warning("engine.warned", reason=_first_line(record))

    def _is_news(self, place: tuple[str, int]) -> bool:
        now = time.monotonic()
        with self._saying:
            news = now - self._said_at.get(place, -_AGAIN_AFTER_S) >= _AGAIN_AFTER_S
            if news:
                self._said_at[place] = now
            return news


def quieten() -> None:
    """Send the engine's warnings and errors to our log, and nothing to the console."""
    logger = logging.getLogger(_LOGGER)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    if not any(isinstance(handler, _Forward) for handler in logger.handlers):
        logger.handlers = [_Forward()]


def _first_line(record: logging.LogRecord) -> str:
    # What follows the first line may be a statement with its values.
    message = (record.getMessage().splitlines() or [""])[0][:_CHARACTERS]
    error = record.exc_info[1] if record.exc_info else None
    return f"{message} {type(error).__name__}: {error}"[:_CHARACTERS] if error else message
