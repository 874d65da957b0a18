"""`google.longrunning.Operations`: work that goes on after its request was answered."""

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from google.longrunning import operations_pb2
from google.protobuf import empty_pb2
from google.protobuf.message import Message

from dubwright.domain.errors import DubError
from dubwright.testing.google.conduct import Conduct
from dubwright.testing.google.failures import (
    FailedOperation,
    Refusal,
    Refused,
    broken,
    internal,
    not_found,
)
from dubwright.testing.google.wire import Call, Method, Service, status_of

_AT_ONCE = 16
_CANCELLED = Refusal("CANCELLED", "The operation was cancelled.")


class Interrupted(Exception):
    """Raised within an operation that somebody has cancelled."""


@dataclass(slots=True)
class Running:
    """One operation, as its work sees it."""

    name: str
    _state: operations_pb2.Operation
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def tell(self, metadata: Message) -> None:
        """Let those who ask know how far it is. Raises `Interrupted` once it was cancelled."""
        with self._lock:
            self._state.metadata.Pack(metadata)
        if self._cancelled.is_set():
            raise Interrupted

    def shown(self) -> operations_pb2.Operation:
        """How it stands."""
        with self._lock:
            copy = operations_pb2.Operation()
            copy.CopyFrom(self._state)
            return copy

    def cancel(self) -> None:
        """Stop it, at the next word from its work; what has ended stays as it is."""
        self._cancelled.set()
        self.fail(_CANCELLED)

    def succeed(self, response: Message) -> None:
        with self._lock:
            if not self._state.done:
                self._state.response.Pack(response)
                self._state.done = True

    def fail(self, refusal: Refusal) -> None:
        with self._lock:
            if not self._state.done:
                self._state.error.CopyFrom(status_of(refusal))
                self._state.done = True


Work = Callable[[Running], Message]


class Operations:
    """All operations of one set of doubles. They outlive the connections that began them."""

    def __init__(self, conduct: Conduct) -> None:
        self._conduct = conduct
        self._running: dict[str, Running] = {}
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="google-operation")

    def service(self) -> Service:
        """The methods."""
        op = operations_pb2
        return Service(
            "google.longrunning.Operations",
            (
                Method("Operations/GetOperation", op.GetOperationRequest, op.Operation, self._get),
                Method(
                    "Operations/ListOperations",
                    op.ListOperationsRequest,
                    op.ListOperationsResponse,
                    self._list,
                ),
                Method(
                    "Operations/CancelOperation",
                    op.CancelOperationRequest,
                    empty_pb2.Empty,
                    self._cancel,
                ),
            ),
        )

    def begin(
        self, place: str, metadata: Message, work: Work, *, call: Call, latency: str = ""
    ) -> operations_pb2.Operation:
        """Start the work of a call at `place`, such as `projects/p/locations/us`, and answer at once.

        It takes as long as the latency of that name, at least, and fails if that is planned.
        """
        state = operations_pb2.Operation(name=f"{place}/operations/{secrets.token_hex(16)}")
        state.metadata.Pack(metadata)
        running = Running(state.name, state)
        self._running[state.name] = running
        if isinstance(call.failure, FailedOperation):
            work = _failing(call.failure)
        self._threads.submit(self._carry_out, running, work, latency)
        return running.shown()

    def close(self) -> None:
        """Cancel what runs and wait for it."""
        for running in list(self._running.values()):
            running.cancel()
        self._threads.shutdown()

    def _carry_out(self, running: Running, work: Work, latency: str) -> None:
        begun = time.monotonic()
        try:
            response = work(running)
            self._conduct.wait(
                self._conduct.latencies.get(latency, 0.0) - (time.monotonic() - begun)
            )
            running.succeed(response)
        except Interrupted:
            running.fail(_CANCELLED)
        except Refused as refused:
            running.fail(refused.refusal)
        except DubError as exc:
            running.fail(broken(exc))
        finally:
            running.fail(internal())  # nobody may wait for ever, whatever went wrong

    def _get(
        self, request: operations_pb2.GetOperationRequest, call: Call
    ) -> operations_pb2.Operation:
        return self._named(request.name).shown()

    def _list(
        self, request: operations_pb2.ListOperationsRequest, call: Call
    ) -> operations_pb2.ListOperationsResponse:
        within = f"{request.name.removesuffix('/operations')}/operations/"
        return operations_pb2.ListOperationsResponse(
            operations=[
                running.shown()
                for name, running in sorted(self._running.items())
                if name.startswith(within)
            ]
        )

    def _cancel(
        self, request: operations_pb2.CancelOperationRequest, call: Call
    ) -> empty_pb2.Empty:
        self._named(request.name).cancel()
        return empty_pb2.Empty()

    def _named(self, name: str) -> Running:
        running = self._running.get(name)
        if running is None:
            raise Refused(not_found(f"Operation not found: {name}"))
        return running


def _failing(failure: FailedOperation) -> Work:
    def work(running: Running) -> Message:
        raise Refused(failure.refusal)

    return work
