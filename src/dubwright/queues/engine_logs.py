"""What the engine has to say, among our own log events; only warnings and errors."""

import logging

import structlog

_LOGGER = "dbos"


class _Forward(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        said = log.error if record.levelno >= logging.ERROR else log.warning
        said("engine.said", message=record.getMessage(), exc_info=record.exc_info or None)


def quieten() -> None:
    """Send the engine's warnings and errors to our log, and nothing to the console."""
    logger = logging.getLogger(_LOGGER)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    if not any(isinstance(handler, _Forward) for handler in logger.handlers):
        logger.handlers = [_Forward(logging.WARNING)]
