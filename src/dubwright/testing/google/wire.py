"""One gRPC method: a request comes in, is counted, admitted and answered, or refused."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from dubwright.domain.errors import DubError
from dubwright.testing.google.conduct import Conduct
from dubwright.testing.google.failures import Failure, Refusal, Refused, Slow, broken

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Call:
    """A request as its method sees it: where it came in, and what is to go wrong with the answer.

    `location` is that of the endpoint, such as `us` or `global`.
    """

    method: str
    location: str
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Method(Generic[Q, A]):
    """One method of a service. `name` is short, such as `Speech/Recognize`."""

    name: str
    takes: type[Q]
    gives: type[A]
    answer: Callable[[Q, Call], A]


AnyMethod = Method[Any, Any]
"""A method of any messages: a service has several kinds."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service under its full name, such as `google.cloud.speech.v2.Speech`."""

    name: str
    methods: "tuple[AnyMethod, ...]"


class Admission(Protocol):
    """Decides whether a caller is let in."""

    def admit(self, metadata: Iterable[tuple[str, str]], audience: str) -> None:
        """Raise `Refused` unless the caller shows who it is, to this audience."""
        ...


class _Context(Protocol):
    def invocation_metadata(self) -> Iterable[tuple[str, str]]: ...
    def abort_with_status(self, status: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests come in: the host that it stands for, and who is let in."""

    host: str
    location: str
    admission: Admission


def handler_of(service: Service, endpoint: Endpoint, conduct: Conduct) -> object:
    """What a gRPC server needs to answer for a service."""
    methods = {
        method.name.rpartition("/")[2]: grpc.unary_unary_rpc_method_handler(
            _answering(method, endpoint, conduct),
            request_deserializer=getattr(method.takes, "deserialize", None)
            or method.takes.FromString,
            response_serializer=getattr(method.gives, "serialize", None)
            or method.gives.SerializeToString,
        )
        for method in service.methods
    }
    return grpc.method_handlers_generic_handler(service.name, methods)


def status_of(refusal: Refusal) -> status_pb2.Status:
    """A refusal as Google writes it."""
    status = status_pb2.Status(code=code_pb2.Code.Value(refusal.code), message=refusal.message)
    for detail in _details(refusal):
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def duration(seconds: float) -> duration_pb2.Duration:
    """Seconds as a message, exact to the microsecond."""
    whole = duration_pb2.Duration()
    whole.FromMicroseconds(round(seconds * 1_000_000))
    return whole


def _answering(
    method: Method[Q, A], endpoint: Endpoint, conduct: Conduct
) -> Callable[[Q, _Context], A | None]:
    def answering(request: Q, context: _Context) -> A | None:
        conduct.ledger.arrived(method.name)
        try:
            endpoint.admission.admit(context.invocation_metadata(), f"https://{endpoint.host}/")
            return _answer(method, request, endpoint, conduct)
        except Refused as refused:
            refusal = refused.refusal
        except DubError as exc:
            refusal = broken(exc)
        conduct.ledger.refused(method.name)
        context.abort_with_status(rpc_status.to_status(status_of(refusal)))
        return None

    return answering


def _answer(method: Method[Q, A], request: Q, endpoint: Endpoint, conduct: Conduct) -> A:
    begun = time.monotonic()
    failure = conduct.faults.meet(method.name)
    if isinstance(failure, Refusal):
        raise Refused(failure)
    conduct.quotas.take(method.name)
    if isinstance(failure, Slow):
        conduct.wait(failure.delay_s)
    answer = method.answer(request, Call(method.name, endpoint.location, failure))
    conduct.wait(conduct.latencies.get(method.name, 0.0) - (time.monotonic() - begun))
    return answer


def _details(refusal: Refusal) -> Iterable[object]:
    if refusal.reason:
        yield error_details_pb2.ErrorInfo(
            reason=refusal.reason, domain="googleapis.com", metadata=dict(refusal.metadata)
        )
    if refusal.retry_after_s is not None:
        yield error_details_pb2.RetryInfo(retry_delay=duration(refusal.retry_after_s))
    if refusal.violated_field:
        bad = error_details_pb2.BadRequest()
        bad.field_violations.add(field=refusal.violated_field, description=refusal.message)
        yield bad
