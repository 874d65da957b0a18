"""Every failure this product can name.

DubError
├── InputError                  the caller can fix it (not a video, unknown language, ...)
│   └── NothingToDub            a sound file in which nobody speaks: an answer, not a fault
├── NotFoundError / ConflictError
├── ProviderError               a speech or translation engine failed
│   ├── ProviderUnavailable     retry: timeout, connection, 5xx
│   ├── ProviderThrottled       retry after a delay
│   ├── ProviderRejected        never retry: refused this input
│   └── ProviderNotReady        the operator must act: no key, no model, no package
├── MediaError                  ffmpeg failed; carries the end of its stderr
├── StorageError                disk full, unreadable, gone; may pass
├── QualityError                the finished file breaks a hard rule
├── BudgetExceeded              stopped before it would cost more than allowed
└── Cancelled                   the user asked; not a fault
"""

from typing import ClassVar


class DubError(Exception):
    """Base of all expected failures. `code` is stable and public; `hint` names the next step."""

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(DubError):
    """The caller gave something that cannot work, and can change it."""

    code = "invalid_input"


class NothingToDub(InputError):
    """The video is fine and nobody speaks in it."""

    code = "nothing_to_dub"


class NotFoundError(DubError):
    """The thing asked for does not exist."""

    code = "not_found"


class ConflictError(DubError):
    """The thing changed, or is in use, since the caller last looked."""

    code = "conflict"


class ProviderError(DubError):
    """An engine behind a port failed. `provider` is its registered name."""

    code = "provider_failed"

    def __init__(self, message: str, *, provider: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.provider = provider


class ProviderUnavailable(ProviderError):
    """The engine did not answer; the same call may work later."""

    code = "provider_unavailable"
    retryable = True


class ProviderThrottled(ProviderError):
    """The engine asks to slow down. `retry_after_s` is how long it wants."""

    code = "provider_throttled"
    retryable = True

    def __init__(
        self, message: str, *, provider: str, retry_after_s: float = 1.0, hint: str | None = None
    ) -> None:
        super().__init__(message, provider=provider, hint=hint)
        self.retry_after_s = retry_after_s


class ProviderRejected(ProviderError):
    """The engine refused this input and always will."""

    code = "provider_rejected"


class ProviderNotReady(ProviderError):
    """A key, a model or a package is missing. The hint says how to get it."""

    code = "provider_not_ready"


class MediaError(DubError):
    """ffmpeg failed. `stderr_tail` is the end of what it printed."""

    code = "media_failed"

    def __init__(self, message: str, *, stderr_tail: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.stderr_tail = stderr_tail


class StorageError(DubError):
    """Reading or writing failed: disk full, no permission, gone."""

    code = "storage_failed"
    retryable = True


class QualityError(DubError):
    """The finished file breaks a hard rule, so the dub is not completed."""

    code = "quality_failed"


class BudgetExceeded(DubError):
    """Going on would cost more than the caller allowed."""

    code = "budget_exceeded"


class Cancelled(DubError):
    """The user asked to stop. Finished work is kept."""

    code = "cancelled"
