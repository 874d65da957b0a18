"""HTTP calls to addresses that strangers gave us.

The host's addresses are looked up once, checked, and connected to as checked, so nobody can
answer the check with one address and the connection with another. No redirect is followed, no
proxy is used, and everything together has one deadline.
"""

import contextlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

import httpcore

from dubwright.domain.errors import InputError
from dubwright.sources.addresses import (
    AddressPolicy,
    WebAddress,
    addresses_of,
    checked_addresses,
    web_address,
)

Resolve = Callable[[str, int], list[str]]

# So soon does a wait find out that its time is over, or that nobody waits any more.
_LOOK_S: Final = 0.2
_LONGEST_CONNECT_S: Final = 10.0


class NoAnswer(OSError):
    """The other side was not reached, or did not answer in time, or not in HTTP.

    For the caller to translate; the message holds nothing that the other side said.
    """


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """One request. Of the answer's body at most `most_bytes` are read."""

    method: Literal["GET", "HEAD", "POST"]
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    timeout_s: float = 10.0
    most_bytes: int = 4_096


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` may be cut short."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class CallRules:
    """The rules of calling, and the means that tests and operators may replace."""

    policy: AddressPolicy = field(default_factory=AddressPolicy)
    resolve: Resolve = addresses_of
    ssl_context: ssl.SSLContext | None = None


def call(outgoing: OutgoingCall, rules: CallRules) -> Answer:
    """Make the call. Raises `InputError` for what may not be called, `NoAnswer` otherwise."""
    address = web_address(outgoing.url, rules.policy)
    with answered(outgoing, address, rules, _Deadline(outgoing.timeout_s)) as response:
        return Answer(response.status, _beginning(response.iter_stream(), outgoing.most_bytes))


class Deadline(Protocol):
    """What says how long a call may still last."""

    def left_s(self) -> float:
        """Seconds that are left, more than 0. Raises when there are none."""
        ...


@contextlib.contextmanager
def answered(
    outgoing: OutgoingCall, address: WebAddress, rules: CallRules, deadline: Deadline
) -> Iterator[httpcore.Response]:
    """The answer to a call, its body still to be read. Raises `NoAnswer`, also while it is read."""
    with (
        _translated(),
        httpcore.ConnectionPool(
            ssl_context=rules.ssl_context,
            network_backend=GuardedBackend(rules, deadline),
            retries=0,
        ) as pool,
        pool.stream(
            outgoing.method,
            _url(address),
            headers=[("Host", address.authority), *outgoing.headers.items()],
            content=outgoing.content,
        ) as response,
    ):
        yield response


class GuardedBackend(httpcore.NetworkBackend):
    """Connects only to checked addresses, and lets nothing last past the deadline."""

    def __init__(self, rules: CallRules, deadline: Deadline) -> None:
        self._rules = rules
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first checked address that takes one."""
        found = _in_time(lambda: self._rules.resolve(host, port), self._deadline)
        addresses = checked_addresses(found, self._rules.policy)
        for number, address in enumerate(addresses, start=1):
            # Later addresses get their share of the time, too.
            share_s = self._deadline.left_s() / (len(addresses) - number + 1)
            share_s = min(share_s, _LONGEST_CONNECT_S)
            try:
                stream = self._network.connect_tcp(address, port, timeout=share_s)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                return _TimedStream(stream, self._deadline)
        raise NoAnswer("the host has no address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Never."""
        raise InputError("only web addresses may be called")


class _Deadline:
    def __init__(self, seconds: float) -> None:
        self._at_s = time.monotonic() + seconds

    def left_s(self) -> float:
        """Seconds until it is over. Raises `NoAnswer` when it is."""
        left_s = self._at_s - time.monotonic()
        if left_s <= 0:
            raise NoAnswer("no answer in time")
        return left_s


class _TimedStream(httpcore.NetworkStream):
    """A connection on which a byte now and then does not buy more time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            try:
                return self._stream.read(max_bytes, min(self._deadline.left_s(), _LOOK_S))
            except httpcore.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left_s())
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as exc:
        raise NoAnswer("no answer in time") from exc
    except httpcore.NetworkError as exc:
        raise NoAnswer(f"no connection: {_cause(exc)}") from exc
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as exc:
        raise NoAnswer("the answer was not HTTP") from exc
    except socket.gaierror as exc:
        raise NoAnswer("the host is not known") from exc


def _cause(error: BaseException) -> str:
    """What the system or the TLS library says, which is nothing of the other side's."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__ or error
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or 'unknown'})"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _url(address: WebAddress) -> httpcore.URL:
    return httpcore.URL(
        scheme=address.scheme, host=address.host, port=address.port, target=address.target
    )


def _beginning(pieces: Iterable[bytes], most_bytes: int) -> bytes:
    kept = bytearray()
    for piece in pieces:
        kept += piece
        if len(kept) >= most_bytes:
            break
    return bytes(kept[:most_bytes])


def _in_time(ask: Callable[[], list[str]], deadline: Deadline) -> list[str]:
    """The resolver's answer. It takes no timeout itself, so it may go on alone after ours."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def answer() -> None:
        try:
            answers.put(ask())
        except (OSError, UnicodeError) as exc:
            answers.put(exc)

    threading.Thread(target=answer, name="resolver", daemon=True).start()
    try:
        answered = answers.get(timeout=deadline.left_s())
    except queue.Empty as exc:
        raise NoAnswer("no answer from the resolver in time") from exc
    if isinstance(answered, Exception):
        raise NoAnswer("the host is not known") from answered
    return answered
