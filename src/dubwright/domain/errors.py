"""Every failure this product can name.

DubError
├── InputError                  the caller can fix it (not a video, unknown language, ...)
│   ├── NothingToDub            a sound file in which nobody speaks: an answer, not a fault
│   ├── MalformedRequest        cannot be read: not JSON, a damaged cursor or header
│   ├── TooLarge                more bytes than are taken
│   ├── ChecksumMismatch        bytes arrived other than they were sent
│   ├── PreconditionRequired    an edit that does not say which revision it was made from
│   ├── LinkRefused             a link that is not followed: of another kind, or to a private place
│   ├── RightsNotConfirmed      nobody said that the video of a link may be dubbed
│   ├── VideoUnavailable        the site does not give the video: private, removed, age, region
│   └── VideoUnsuitable         the site has it, and it is no video to dub: live, protected, too long
├── NotFoundError
├── ConflictError
│   ├── UploadBusy              another request is writing this upload; retry
│   ├── UploadVersion           a version of the upload protocol that is not spoken
│   ├── StillRunning            the same request is being answered; retry
│   ├── PreconditionFailed      the edit was made from an older revision
│   └── IdempotencyKeyReused    the key belongs to another request
├── Unauthenticated             no valid key
├── Forbidden                   the key does not allow it, or the request comes from elsewhere
│   └── LinksDisabled           whoever runs this has videos uploaded, not fetched
├── Throttled                   too many calls; retry after a delay
├── QuotaExceeded               the account holds as much as it may
├── LinkError                   a link led to no video, and its giver cannot change that
│   ├── SiteBlocked             the site takes this server for a robot, or refuses it
│   ├── SiteThrottled           the site asks to slow down; may pass
│   └── SiteUnreachable         no connection, or it broke; may pass
├── ProviderError               a speech or translation engine failed
│   ├── ProviderUnavailable     retry: timeout, connection, 5xx
│   ├── ProviderThrottled       retry after a delay
│   ├── ProviderRejected        never retry: refused this input
│   └── ProviderNotReady        the operator must act: no key, no model, no package
├── MediaError                  ffmpeg failed; carries the end of its stderr
├── StorageError                unreadable, not writable, gone; may pass
│   └── StorageFull             no room: somebody has to make some
├── QualityError                the finished file breaks a hard rule
├── WorkerCrashed               whoever did the work died of it, again and again
├── BudgetExceeded              stopped before it would cost more than allowed
└── Cancelled                   the user asked; not a fault
"""

import errno
from typing import ClassVar

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


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


class MalformedRequest(InputError):
    """The request cannot be read: not JSON, a damaged cursor, a header that says nothing."""

    code = "malformed_request"


class TooLarge(InputError):
    """More bytes than are taken."""

    code = "too_large"


class ChecksumMismatch(InputError):
    """Bytes arrived other than they were sent. None of that piece is kept."""

    code = "checksum_mismatch"


class PreconditionRequired(InputError):
    """An edit must say which revision it was made from."""

    code = "precondition_required"


class LinkRefused(InputError):
    """The link is not followed: it is of another kind, or leads to a place that is not public."""

    code = "link_refused"


class RightsNotConfirmed(InputError):
    """Nobody confirmed the right to dub the video of a link."""

    code = "rights_not_confirmed"


class VideoUnavailable(InputError):
    """The site does not give the video: it is private, removed, or not for everybody everywhere."""

    code = "video_unavailable"


class VideoUnsuitable(InputError):
    """The link leads to something that is not dubbed: a live stream, a protected or too long video."""

    code = "video_unsuitable"


class NotFoundError(DubError):
    """The thing asked for does not exist."""

    code = "not_found"


class ConflictError(DubError):
    """The thing changed, or is in use, since the caller last looked."""

    code = "conflict"


class UploadBusy(ConflictError):
    """Another request is writing this upload. It may be asked again soon."""

    code = "upload_busy"
    retryable = True


class UploadVersion(ConflictError):
    """The request speaks another version of the upload protocol than tus 1.0.0."""

    code = "upload_version"


class StillRunning(ConflictError):
    """The same request is being answered at this moment; it may be repeated later."""

    code = "still_running"
    retryable = True


class PreconditionFailed(ConflictError):
    """The edit was made from a revision that is no longer the newest."""

    code = "precondition_failed"


class IdempotencyKeyReused(ConflictError):
    """The `Idempotency-Key` belongs to another request."""

    code = "idempotency_key_reused"


class Unauthenticated(DubError):
    """The request shows no key, or one that is not valid."""

    code = "unauthenticated"


class Forbidden(DubError):
    """The key does not allow this, or the request comes from a place that is not trusted."""

    code = "forbidden"


class LinksDisabled(Forbidden):
    """Links are not fetched here, as whoever runs this decided; uploads are taken."""

    code = "links_disabled"


class Throttled(DubError):
    """Too many calls. `retry_after_s` is how long to wait."""

    code = "throttled"
    retryable = True

    def __init__(
        self, message: str, *, retry_after_s: float = 1.0, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class QuotaExceeded(DubError):
    """The account holds as much as it may."""

    code = "quota_exceeded"


class LinkError(DubError):
    """A link led to no video, and whoever gave it cannot change that."""

    code = "link_failed"


class SiteBlocked(LinkError):
    """The site takes this server for a robot, or refuses it."""

    code = "site_blocked"


class SiteThrottled(LinkError):
    """The site asks to slow down; the same link may work later."""

    code = "site_throttled"
    retryable = True


class SiteUnreachable(LinkError):
    """The site was not reached, or the connection broke; the same link may work later."""

    code = "site_unreachable"
    retryable = True


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
    """Reading or writing failed: no permission, a broken disk, gone."""

    code = "storage_failed"
    retryable = True


class StorageFull(StorageError):
    """There is no room left on the disk, or in the quota of whoever runs this."""

    code = "storage_full"


def storage_failure(cause: OSError, what: str, *, hint: str) -> StorageError:
    """The narrowest failure for what the operating system reported."""
    kind = StorageFull if cause.errno in _NO_ROOM else StorageError
    return kind(f"{what}: {cause.strerror or cause}", hint=hint)


class QualityError(DubError):
    """The finished file breaks a hard rule, so the dub is not completed."""

    code = "quality_failed"


class WorkerCrashed(DubError):
    """The programs that did the work ended, more than once, and finished work is kept."""

    code = "worker_crashed"
    retryable = True


class BudgetExceeded(DubError):
    """Going on would cost more than the caller allowed."""

    code = "budget_exceeded"


class Cancelled(DubError):
    """The user asked to stop. Finished work is kept."""

    code = "cancelled"
