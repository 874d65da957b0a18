"""What a server's failures mean. No message has its words, because servers quote texts and keys."""

import email.utils
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dubwright.domain.errors import (
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)

NAME: Final = "openai-compatible"

_KNOWN_CODES: Final = frozenset(
    {
        "account_deactivated", "audio_too_short", "billing_not_active", "content_policy_violation",
        "context_length_exceeded", "insufficient_quota", "invalid_api_key", "invalid_value",
        "model_not_found", "rate_limit_exceeded", "string_above_max_length",
        "unsupported_country_region_territory", "unsupported_parameter", "unsupported_value",
    }
)  # fmt: skip
_NO_CREDIT: Final = frozenset({"insufficient_quota", "billing_not_active"})
_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_ODD_BUT_PASSING: Final = frozenset({408, 425})


class Told(BaseModel):
    """A part of an answer; what we do not read of it is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


A = TypeVar("A", bound=Told)


@contextmanager
def transport_errors(path: str) -> Iterator[None]:
    """Let only `ProviderError` out of a call to `path`."""
    import httpx

    try:
        yield
    except httpx.TimeoutException as exc:
        raise unavailable(path, "no answer in time") from exc
    except (httpx.TransportError, httpx.DecodingError) as exc:
        raise unavailable(path, type(exc).__name__) from exc


def refusal(path: str, status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """Our error for an answer that is none. `headers` are found in any case of letters."""
    code = _code_in(body)
    told = f"HTTP {status}{f', `{code}`' if code else ''}"
    if code in _NO_CREDIT:
        return not_ready(f"{path!r} is not paid for ({told})", "add credit to the account")
    if status == 429:
        return _throttled(path, told, headers)
    if status >= 500 or status in _ODD_BUT_PASSING:
        return unavailable(path, told)
    if status in (401, 403):
        return not_ready(
            f"the server refused the key for {path!r} ({told})",
            "check the option `api_key` or the variable `OPENAI_API_KEY`, and what the key may do",
        )
    if status < 400 or status in (404, 405):
        return not_ready(
            f"the server has no {path!r} for this model ({told})",
            "check the options `base_url` and `model`",
        )
    return ProviderRejected(
        f"the server refused {path!r} ({told})",
        provider=NAME,
        hint="if it refuses every call, an option such as `model` does not suit this server",
    )


def parsed(model: type[A], raw: str | bytes, path: str) -> A:
    """An answer, read. Raises `ProviderUnavailable`: asked again, a model may keep the form."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as exc:
        faulty = ".".join(str(part) for part in exc.errors(include_input=False)[0]["loc"])
    # Outside of the `except`: the cause would quote what was said in every log.
    raise unusable(path, f"`{faulty}` is not as expected" if faulty else "it is not JSON")


def unusable(path: str, why: str) -> ProviderUnavailable:
    """An answer came, and it is none to the question."""
    return ProviderUnavailable(
        f"the answer to {path!r} cannot be used: {why}",
        provider=NAME,
        hint="if it goes on, choose another `model`",
    )


def unavailable(path: str, why: str) -> ProviderUnavailable:
    """No answer, for now."""
    return ProviderUnavailable(
        f"the server did not answer {path!r}: {why}",
        provider=NAME,
        hint="if it goes on, check the option `base_url` and the state of the server",
    )


def not_ready(message: str, hint: str) -> ProviderNotReady:
    """The operator has to act."""
    return ProviderNotReady(message, provider=NAME, hint=hint)


def _throttled(path: str, told: str, headers: Mapping[str, str]) -> ProviderThrottled:
    wait_s = _asked_wait_s(headers.get("retry-after", ""))
    return ProviderThrottled(
        f"the server asks to slow down with {path!r} ({told})",
        provider=NAME,
        retry_after_s=1.0 if wait_s is None else wait_s,
        hint="set `calls_per_minute` beside `provider`, to what the account is allowed",
    )


def _asked_wait_s(raw: str) -> float | None:
    """`Retry-After`: seconds or a date (RFC 9110, 10.2.3); None if it is neither."""
    if _SECONDS.fullmatch(raw.strip()):
        return float(raw)
    try:
        until = email.utils.parsedate_to_datetime(raw)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _code_in(body: bytes) -> str:
    """The code of the error if it is a known one; any other may quote what was sent."""
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    error = told.get("error") if isinstance(told, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and code in _KNOWN_CODES else ""
