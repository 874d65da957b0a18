"""A Dubwright server as the command line sees it: calls that may be cut, and named failures."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from dubwright.domain.errors import (
    DubError,
    Forbidden,
    InputError,
    NotFoundError,
    ProviderError,
    ProviderUnavailable,
    Unauthenticated,
)
from dubwright.domain.job import Failure, OperationEvent
from dubwright.pipeline.progress import StageEvent

T = TypeVar("T")

TRIES: Final = 8
"""Calls at most, before the server counts as gone."""

_FIRST_WAIT_S: Final = 0.25
_LONGEST_WAIT_S: Final = 10.0
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
# The server says something every 15 s, if only that it is still there.
_SILENCE_S: Final = 45.0
_SERVER: Final = "server"
_WORTH_ANOTHER_TRY: Final = frozenset({408, 429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where the server is, and the key to show it."""

    url: str
    key: str | None = None


class _Problem(BaseModel):
    """What of a `problem+json` answer is told to people."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    code: str
    detail: str
    hint: str | None = None
    request_id: str = ""


class RemoteServer:
    """Calls of one server. Those that are safe to repeat are repeated when they are cut.

    Raises the `DubError` that the server names, or `ProviderUnavailable` when it does not answer.
    """

    def __init__(
        self, address: ServerAddress, pause: Callable[[float], object] = time.sleep
    ) -> None:
        self.url = checked_url(address.url)
        headers = {"Authorization": f"Bearer {address.key}"} if address.key else {}
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=_TIMEOUT)
        self.pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def get(self, path: str, **parameters: str) -> httpx.Response:
        """An answer to `GET`."""
        return self.insist(lambda: self._http.get(path, params=parameters))

    def post(self, path: str, body: JsonValue = None, *, once: str | None = None) -> httpx.Response:
        """An answer to `POST`; with `once`, a key of its own, it may be repeated."""
        headers = {"Idempotency-Key": once} if once else {}
        if once is None:
            return self.checked(self.send("POST", path, json=body, headers=headers))
        return self.insist(lambda: self._http.post(path, json=body, headers=headers))

    def change(self, method: str, path: str, body: JsonValue, *, tag: str = "*") -> httpx.Response:
        """An answer to an edit of what still has the tag."""
        headers = {"If-Match": tag}
        return self.insist(lambda: self._http.request(method, path, json=body, headers=headers))

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        json: JsonValue = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One call as it is. Raises `ProviderUnavailable` when it was cut."""
        try:
            return self._http.request(
                method, path, headers=headers, content=content, json=json, params=params
            )
        except httpx.TransportError as exc:
            raise self._gone(exc) from exc

    def insist(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        """An answer that is none of those that pass; called again until there is one."""
        for number in range(1, TRIES + 1):
            try:
                answer = call()
            except httpx.TransportError as exc:
                if number == TRIES:
                    raise self._gone(exc) from exc
                self.pause(wait_s(number))
                continue
            if answer.status_code not in _WORTH_ANOTHER_TRY or number == TRIES:
                return self.checked(answer)
            self.pause(_told_wait_s(answer) or wait_s(number))
        raise AssertionError("the last try returns or raises")

    def checked(self, answer: httpx.Response) -> httpx.Response:
        """The answer, unless it is a failure: that is raised under its name."""
        if answer.is_error:
            answer.read()
            raise self._failure(answer)
        return answer

    @contextmanager
    def streaming(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        """An answer whose body is read as it comes. Raises `ProviderUnavailable` for a cut."""
        try:
            # A store elsewhere is redirected to; the key stays with the server.
            with self._http.stream("GET", path, headers=headers, follow_redirects=True) as answer:
                yield self.checked(answer)
        except httpx.TransportError as exc:
            raise self._gone(exc) from exc

    def events(self, operation: str, after: int | None) -> Iterator[OperationEvent]:
        """What happens to an operation, until the stream ends or is cut.

        A cut raises `ProviderUnavailable`; go on after the last event's id.
        """
        headers = {"Accept": "text/event-stream"}
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        path = f"/v1/operations/{operation}/events"
        timeout = httpx.Timeout(_SILENCE_S, connect=10.0)
        try:
            with self._http.stream("GET", path, headers=headers, timeout=timeout) as answer:
                self.checked(answer)
                yield from _events(answer.iter_lines())
        except httpx.TransportError as exc:
            raise self._gone(exc) from exc

    def _gone(self, cause: Exception) -> ProviderUnavailable:
        return ProviderUnavailable(
            f"no answer from the server {self.url!r} ({type(cause).__name__})",
            provider=_SERVER,
            hint="check the address and that the server runs; run the same command to go on",
        )

    def _failure(self, answer: httpx.Response) -> DubError:
        try:
            problem = _Problem.model_validate_json(answer.content)
        except ValidationError:
            return _unnamed(answer.status_code, self.url)
        return failure_of(
            Failure(code=problem.code, message=problem.detail, hint=problem.hint),
            request_id=problem.request_id,
        )


def read_as(kind: type[T], content: bytes | str) -> T:
    """What the server said. Raises `InputError` when this program does not understand it."""
    try:
        return TypeAdapter(kind).validate_json(content)
    except ValidationError as exc:
        raise InputError(
            "the server's answer cannot be understood",
            hint="check that it is a Dubwright server, of the same version as this program",
        ) from exc


def checked_url(url: str) -> str:
    """The server's address without a slash at its end. Raises `InputError`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise InputError(
            f"{url!r} is not the address of a server",
            hint="write it as `https://dub.example.org` or `http://127.0.0.1:8000`",
        )
    return url.rstrip("/")


def failure_of(failure: Failure, request_id: str = "") -> DubError:
    """The error that a server named by its code; an unknown code is a plain `DubError`."""
    kind = _kinds(DubError).get(failure.code, DubError)
    message = f"{failure.message} (request {request_id})" if request_id else failure.message
    if issubclass(kind, ProviderError):
        return kind(message, provider=_SERVER, hint=failure.hint)
    return kind(message, hint=failure.hint)


def step(stage: str, done: int, total: int) -> StageEvent:
    """Progress as the display knows it."""
    return StageEvent(stage, "finished" if done >= total else "advanced", done, total)


def wait_s(number: int) -> float:
    """How long to wait after a number of calls in vain, in seconds."""
    return float(min(_FIRST_WAIT_S * 2 ** (number - 1), _LONGEST_WAIT_S))


def _kinds(kind: type[DubError]) -> dict[str, type[DubError]]:
    """All errors by code; of several with one code, the one that gave it."""
    found: dict[str, type[DubError]] = {kind.code: kind}
    for narrower in kind.__subclasses__():
        found = {**_kinds(narrower), **found}
    return found


def _unnamed(status: int, url: str) -> DubError:
    """A failure that something on the way answered, which knows no problems."""
    message = f"the server {url!r} answered {status}"
    hint = "check that the address is that of a Dubwright server"
    match status:
        case 401:
            return Unauthenticated(message, hint="give a key with `--key` or `DUBWRIGHT_KEY`")
        case 403:
            return Forbidden(message, hint=hint)
        case 404:
            return NotFoundError(message, hint=hint)
        case _ if status < 500:
            return InputError(message, hint=hint)
        case _:
            return ProviderUnavailable(message, provider=_SERVER, hint=hint)


def _told_wait_s(answer: httpx.Response) -> float | None:
    told = answer.headers.get("retry-after", "")
    return min(float(told), _LONGEST_WAIT_S) if told.isdecimal() else None


def _events(lines: Iterator[str]) -> Iterator[OperationEvent]:
    """Server-sent events: `data:` up to an empty line. Other kinds than ours are left out."""
    kind, told = "", ""
    for line in lines:
        name, _, value = line.partition(":")
        match name:
            case "event":
                kind = value.strip()
            case "data":
                told += value.strip()
            case "" if not line and told:
                if kind in ("state", "stage", "log"):
                    yield read_as(OperationEvent, told)
                kind, told = "", ""
