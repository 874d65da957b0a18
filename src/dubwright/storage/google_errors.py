"""What Cloud Storage reports, in our words, with the next step for whoever runs the service."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dubwright.domain.errors import StorageError, storage_failure

if TYPE_CHECKING:
    from google.api_core.exceptions import GoogleAPICallError

_CREDENTIALS: Final = (
    "check `storage.credentials_file`, or the service account of the machine; "
    "docs/cloud-storage.md tells how to set them up"
)
_ROLE: Final = "give the service account the role `roles/storage.objectUser` on the bucket"
_BUCKET: Final = "make the bucket, or correct `storage.bucket`"
_LATER: Final = (
    "it is tried again; if it stays so, check the network and the status of Google Cloud"
)
_HINTS: Final = {401: _CREDENTIALS, 403: _ROLE, 404: _BUCKET}
_NO_BUCKET: Final = "bucket does not exist"


@contextmanager
def google_failures(what: str) -> Iterator[None]:
    """Raise a `StorageError` that says `what` could not be done, for whatever went wrong."""
    from google.api_core.exceptions import GoogleAPICallError, RetryError
    from google.auth.exceptions import GoogleAuthError
    from google.cloud.storage.exceptions import DataCorruption, InvalidResponse
    from requests.exceptions import RequestException

    try:
        yield
    except RetryError as exc:
        cause = exc.cause if isinstance(exc.cause, GoogleAPICallError) else None
        raise _refused(what, cause) from exc
    except GoogleAPICallError as exc:
        raise _refused(what, exc) from exc
    except GoogleAuthError as exc:
        raise StorageError(f"{what}: the credentials do not work", hint=_CREDENTIALS) from exc
    except DataCorruption as exc:
        raise StorageError(f"{what}: bytes arrived damaged", hint=_LATER) from exc
    except (InvalidResponse, RequestException) as exc:
        reason = f"Cloud Storage does not answer ({type(exc).__name__})"
        raise StorageError(f"{what}: {reason}", hint=_LATER) from exc
    except OSError as exc:
        hint = "check the free space and the permissions of the data folder"
        raise storage_failure(exc, what, hint=hint) from exc


def require_bucket(cause: "GoogleAPICallError") -> None:
    """Raise `cause` if what was not found is the bucket, and not an object in it."""
    if _NO_BUCKET in str(cause):
        raise cause


def _refused(what: str, cause: "GoogleAPICallError | None") -> StorageError:
    status = cause.code if cause is not None and cause.code is not None else 0
    reason = f"Cloud Storage answers {int(status)}" if status else "Cloud Storage does not answer"
    return StorageError(f"{what}: {reason}", hint=_HINTS.get(int(status), _LATER))
