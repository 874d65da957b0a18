"""Batches that are paid for when they are submitted, and outlive whoever submitted them.

A batch's id is kept as a `Document` before anybody waits: after a crash the next worker collects
the same batch.
"""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from dubwright.domain.errors import (
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from dubwright.domain.timeline import Document

log = structlog.get_logger()
A = TypeVar("A")

_PASSING = (ProviderUnavailable, ProviderThrottled, ProviderNotReady)
_NOT_TAKEN = (*_PASSING, ProviderRejected)
_COLLECTED_LATER = "run it again: the batch is paid for and goes on, and is collected then"


class SubmittedBatch(Document):
    """The id of a batch, and a mark of the run that submitted it."""

    batch: str
    run: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why a batch was not taken, or refused."""

    failure: ProviderError


def collected(
    submit: Callable[[int, str], SubmittedBatch], collect: Callable[[SubmittedBatch], A]
) -> A | NotTaken:
    """What a batch answers.

    `submit` is given the number of the attempt and the mark of this run, and gives the batch that
    is kept for that attempt, or a new one. A batch of an earlier run that is lost by now is
    submitted again. One that cannot be collected for the moment is paid for: that is an error.
    """
    mark = secrets.token_hex(8)
    for attempt in itertools.count():
        try:
            submitted = submit(attempt, mark)
        except _NOT_TAKEN as exc:
            return _given_up(exc)
        try:
            return collect(submitted)
        except ProviderRejected as exc:
            if submitted.run == mark:
                return _given_up(exc)
            log.warning("batch.lost", attempt=attempt)
        except _PASSING as exc:
            raise _collected_later(exc) from exc
    raise AssertionError("attempts do not end")


def _given_up(failure: ProviderError) -> NotTaken:
    log.warning("batch.given_up", code=failure.code, provider=failure.provider)
    return NotTaken(failure)


def _collected_later(failure: ProviderError) -> ProviderError:
    """The same failure, with a hint that nothing is lost."""
    hint = f"{failure.hint}; {_COLLECTED_LATER}" if failure.hint else _COLLECTED_LATER
    if isinstance(failure, ProviderThrottled):
        return ProviderThrottled(
            failure.message,
            provider=failure.provider,
            retry_after_s=failure.retry_after_s,
            hint=hint,
        )
    return type(failure)(failure.message, provider=failure.provider, hint=hint)
