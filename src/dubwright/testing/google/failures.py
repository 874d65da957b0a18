"""What can go wrong with a request to the gRPC doubles, in the words that Google uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dubwright.domain.errors import DubError, InputError, ProviderRejected

Code = Literal[
    "CANCELLED",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "UNAUTHENTICATED",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is an error: `google.rpc.Status` with the details Google sends along.

    `reason` and `metadata` make an `ErrorInfo`, `retry_after_s` a `RetryInfo`, and `violated_field`
    a `BadRequest`.
    """

    code: Code
    message: str
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_after_s: float | None = None
    violated_field: str = ""


@dataclass(frozen=True, slots=True)
class Slow:
    """An answer that comes later than it would; the work is done, and billed, all the same."""

    delay_s: float


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A batch recognition that succeeds while its files failed."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class FailedOperation:
    """An operation that starts well and ends with an error."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class LostWords:
    """A recognition that leaves out, and does not mention, what is said in a stretch of time."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class NoWordTimes:
    """A recognition that gives the words without their times, although they were asked for."""


Failure = Refusal | Slow | FailedFile | FailedOperation | LostWords | NoWordTimes


class Refused(Exception):
    """Raised by a method of a double to answer with an error."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def invalid_argument(message: str, violated_field: str = "") -> Refusal:
    """The request can never work."""
    return Refusal("INVALID_ARGUMENT", message, violated_field=violated_field)


def broken(cause: DubError) -> Refusal:
    """What an engine of ours failed at: its refusals are the caller's, the rest is internal."""
    if isinstance(cause, ProviderRejected | InputError):
        return invalid_argument(cause.message)
    return Refusal("INTERNAL", f"Internal error encountered. {cause.message}")


def not_found(message: str) -> Refusal:
    """There is no such thing."""
    return Refusal("NOT_FOUND", message)


def quota_exceeded(
    *, retry_after_s: float | None = None, limit: int = 300, metric: str = "default_requests"
) -> Refusal:
    """Too many requests a minute."""
    return Refusal(
        "RESOURCE_EXHAUSTED",
        f"Quota exceeded for quota metric '{metric}' and limit 'Requests per minute'.",
        reason="RATE_LIMIT_EXCEEDED",
        metadata={"quota_metric": metric, "quota_limit_value": str(limit)},
        retry_after_s=retry_after_s,
    )


def unavailable() -> Refusal:
    """The service does not answer now."""
    return Refusal("UNAVAILABLE", "The service is currently unavailable.")


def internal() -> Refusal:
    """The service broke."""
    return Refusal("INTERNAL", "Internal error encountered.")


def deadline_exceeded() -> Refusal:
    """The service itself gave up waiting."""
    return Refusal("DEADLINE_EXCEEDED", "Deadline expired before operation could complete.")


def service_disabled(service: str) -> Refusal:
    """The project has not switched the API on; `service` is such as `speech.googleapis.com`."""
    return Refusal(
        "PERMISSION_DENIED",
        f"{service} has not been used in project 1 before or it is disabled.",
        reason="SERVICE_DISABLED",
        metadata={"service": service, "consumer": "projects/1"},
    )


def permission_denied(permission: str) -> Refusal:
    """The account lacks a role; `permission` is such as `speech.recognizers.recognize`."""
    return Refusal(
        "PERMISSION_DENIED",
        f"Permission '{permission}' denied on resource (or it may not exist).",
        reason="IAM_PERMISSION_DENIED",
        metadata={"permission": permission},
    )


def message_too_large(size_bytes: int = 15_360_049) -> Refusal:
    """What a channel with gRPC's own limit says of a large answer: no quota, and never better."""
    return Refusal(
        "RESOURCE_EXHAUSTED",
        f"CLIENT: Received message larger than max ({size_bytes} vs. 4194304)",
    )
