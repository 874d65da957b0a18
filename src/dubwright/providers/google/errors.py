"""What Google's errors mean to us. The only place that knows their classes."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from dubwright.domain.errors import (
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)

if TYPE_CHECKING:
    from google.api_core.exceptions import GoogleAPICallError

NAME = "google"

log = structlog.get_logger()

# What HTTP and gRPC call a spent quota. Some services say 403 and mean 429.
_QUOTA_REASONS = frozenset(
    {
        "ratelimitexceeded", "userratelimitexceeded", "dailylimitexceeded", "quotaexceeded",
        "rate_limit_exceeded", "quota_exceeded",
    }
)  # fmt: skip
_QUOTA_TEXT = re.compile(
    r"(rate|daily|quota|user rate) limit exceeded|quota exceeded", re.IGNORECASE
)
_TOO_LARGE = "larger than max"
# gRPC says UNAVAILABLE for both: no connection, and a connection that broke before the answer.
_BROKEN_OFF = re.compile(
    r"socket closed|connection reset|stream removed|broken pipe|goaway|transport closed",
    re.IGNORECASE,
)
# Google quotes the caller's words in some refusals; they belong to no log and no message.
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|“[^”]*”")
_LONGEST_TEXT = 200

_REMEDIES = {
    "SERVICE_DISABLED": "enable it with `gcloud services enable {service} --project {project}`",
    "BILLING_DISABLED": "link a billing account to the project {project!r}",
    "API_KEY_SERVICE_BLOCKED": "allow `{service}` for the credentials that are used",
}
_ROLES = (
    "give the account `roles/speech.client`, `roles/cloudtranslate.user` and "
    "`roles/serviceusage.serviceUsageConsumer` in the project, and `roles/storage.objectUser` on "
    "the bucket"
)
_SIGN_IN = (
    "run `gcloud auth application-default login`, or let `GOOGLE_APPLICATION_CREDENTIALS` name "
    "the key file of a service account"
)


@contextmanager
def google_errors(call: str) -> Iterator[None]:
    """Let only `ProviderError` out of a call to Google. `call` names it in messages."""
    from google.api_core import exceptions as api
    from google.auth import exceptions as auth
    from requests import exceptions as http

    try:
        yield
    except api.RetryError as exc:
        cause = exc.cause
        if isinstance(cause, api.GoogleAPICallError):
            raise translated(cause, call) from exc
        raise _unavailable(call, "no answer in time") from exc
    except api.GoogleAPICallError as exc:
        raise translated(exc, call) from exc
    except auth.TransportError as exc:
        raise _unavailable(call, "the sign-in server did not answer") from exc
    except auth.GoogleAuthError as exc:
        raise not_signed_in(f"Google refused the credentials for {call}") from exc
    except http.RequestException as exc:
        raise _unavailable(call, type(exc).__name__) from exc


def translated(error: "GoogleAPICallError", call: str) -> ProviderError:
    """Our error for one of Google's."""
    if _TOO_LARGE in (error.message or ""):
        return ProviderRejected(f"Google's answer to {call} is too large to be read", provider=NAME)
    if error.code == 429 or _is_quota(error):
        return _throttled(error, call)
    if "invalid_grant" in (error.message or ""):
        return not_signed_in(f"Google refused the credentials for {call}")
    return _BY_STATUS.get(error.code or 500, _by_class)(error, call)


def never_submitted(error: "GoogleAPICallError") -> bool:
    """Whether Google surely did not take the request: it said so, or was not reached at all.

    Without this certainty a paid request must not be sent again.
    """
    code = error.code or 500
    if code in (499, 500, 504) or code == 409:
        return False
    return not (code == 503 and _BROKEN_OFF.search(error.message or ""))


def not_signed_in(message: str) -> ProviderNotReady:
    """No credentials, or none that Google accepts."""
    return ProviderNotReady(message, provider=NAME, hint=_SIGN_IN)


def is_sentence_too_long(error: ProviderError) -> bool:
    """Whether a text was refused for a sentence without an end."""
    return isinstance(error, ProviderRejected) and "sentences that are too long" in error.message


def _is_quota(error: "GoogleAPICallError") -> bool:
    if error.code != 403:
        return False
    reasons = {str(error.reason or "").lower()}
    reasons |= {str(one.get("reason", "")).lower() for one in error.errors if isinstance(one, dict)}
    return bool(reasons & _QUOTA_REASONS or _QUOTA_TEXT.search(error.message or ""))


def _throttled(error: "GoogleAPICallError", call: str) -> ProviderThrottled:
    facts = error.metadata or {}
    log.warning(
        "google.quota",
        call=call,
        reason=error.reason,
        metric=facts.get("quota_metric"),
        limit=facts.get("quota_limit_value"),
    )
    wait_s = _asked_wait_s(error)
    message = f"Google's quota for {call} is spent for the moment"
    hint = "wait, or ask for more quota in the Google Cloud console"
    if wait_s is None:
        return ProviderThrottled(message, provider=NAME, hint=hint)
    return ProviderThrottled(message, provider=NAME, retry_after_s=wait_s, hint=hint)


def _asked_wait_s(error: "GoogleAPICallError") -> float | None:
    from google.rpc.error_details_pb2 import RetryInfo

    for detail in error.details or ():
        if isinstance(detail, RetryInfo):
            return float(detail.retry_delay.ToTimedelta().total_seconds())
    return None


def _unavailable(call: str, why: str) -> ProviderUnavailable:
    return ProviderUnavailable(
        f"Google did not answer {call}: {why}",
        provider=NAME,
        hint="if it goes on, look at https://status.cloud.google.com",
    )


def _passing(error: "GoogleAPICallError", call: str) -> ProviderError:
    return _unavailable(call, _words(error))


def _refused(error: "GoogleAPICallError", call: str) -> ProviderError:
    fields = _fields(error)
    where = f" ({', '.join(f'`{field}`' for field in fields)})" if fields else ""
    return ProviderRejected(f"Google refused {call}{where}: {_words(error)}", provider=NAME)


def _unsigned(error: "GoogleAPICallError", call: str) -> ProviderError:
    return not_signed_in(f"Google does not know who asks for {call}")


def _forbidden(error: "GoogleAPICallError", call: str) -> ProviderError:
    facts = error.metadata or {}
    remedy = _REMEDIES.get(str(error.reason), _ROLES)
    project = str(facts.get("consumer", "")).removeprefix("projects/") or "PROJECT"
    return ProviderNotReady(
        f"Google does not allow {call}: {_words(error)}",
        provider=NAME,
        hint=remedy.format(service=facts.get("service", "the service"), project=project),
    )


def _by_class(error: "GoogleAPICallError", call: str) -> ProviderError:
    from google.api_core.exceptions import Aborted, ServerError

    return (_passing if isinstance(error, ServerError | Aborted) else _refused)(error, call)


def _fields(error: "GoogleAPICallError") -> list[str]:
    from google.rpc.error_details_pb2 import BadRequest

    found = [one for one in error.details or () if isinstance(one, BadRequest)]
    return [violation.field for one in found for violation in one.field_violations]


def _words(error: "GoogleAPICallError") -> str:
    """What Google says, on one line and without the texts that it quotes."""
    plain = _QUOTED.sub("…", " ".join((error.message or "").split()))
    return plain[:_LONGEST_TEXT] or type(error).__name__


_BY_STATUS: dict[int, "Callable[[GoogleAPICallError, str], ProviderError]"] = {
    401: _unsigned,
    403: _forbidden,
    499: _passing,
    501: _refused,
}
