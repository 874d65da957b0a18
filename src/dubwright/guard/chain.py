"""One question to a provider, or to the first of several that can answer it."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import structlog

from dubwright.domain.errors import (
    Cancelled,
    DubError,
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from dubwright.guard.breaker import Breaker
from dubwright.guard.pace import NO_SLOTS, RetryPolicy, Slots, Turns
from dubwright.guard.records import Asked, CallRecord, Intended
from dubwright.ports import Charged, Provider, charges

P = TypeVar("P", bound=Provider)
A = TypeVar("A")

log = structlog.get_logger()


def _observe_nothing(record: CallRecord) -> None:
    """For callers who do not count."""


def _allow(intended: Intended) -> None:
    """For callers who do not limit what is spent."""


def _never() -> bool:
    return False


def _no_voice(provider: object) -> str:
    """For calls without a voice."""
    return ""


@dataclass(frozen=True, slots=True)
class Guard:
    """How calls are guarded. `observe` hears of every attempt, from the calling thread.

    `before_call` hears of every attempt that counts, before it is made, and may raise to stop it.
    `rate_limits` and `slots` hold the limits of those providers that have one, by name.
    `fallback_on` are the failures after which the next provider is asked, within
    `fallback_after_s` of the first attempt and the time that one call takes.
    """

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    rate_limits: Mapping[str, Turns] = field(default_factory=dict)
    slots: Mapping[str, Slots] = field(default_factory=dict)
    breaker: Breaker = field(default_factory=Breaker)
    observe: Callable[[CallRecord], None] = _observe_nothing
    before_call: Callable[[Intended], None] = _allow
    is_cancelled: Callable[[], bool] = _never
    fallback_after_s: float = 15.0
    fallback_on: tuple[type[ProviderError], ...] = (
        ProviderUnavailable,
        ProviderThrottled,
        ProviderNotReady,
        ProviderRejected,
    )


@dataclass(frozen=True, slots=True)
class Answered(Generic[A]):
    """An answer, and who gave it where that was not the first provider."""

    value: A
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class _Question(Generic[P, A]):
    """What is asked. Only what `counts` waits for a turn and may be billed."""

    call: str
    put: Callable[[P], A]
    asked: Asked = field(default_factory=Asked)
    voice: Callable[[P], str] = _no_voice
    counts: bool = False

    def product(self, provider: P) -> str:
        """The row of the price list that the call falls under; empty for one that is free."""
        if isinstance(provider, Charged):
            return provider.product(self.voice(provider))
        return ""


@dataclass(frozen=True, slots=True)
class Chain(Generic[P]):
    """Providers of one kind in order of preference, behind one guard."""

    kind: str
    providers: tuple[P, ...]
    guard: Guard

    @property
    def first(self) -> P:
        return self.providers[0]

    @property
    def fingerprint(self) -> str:
        """That of a single provider unchanged, so guarding it keeps what was cached."""
        return " or ".join(provider.fingerprint for provider in self.providers)

    def check(self) -> None:
        """Raise why the first is not ready, unless another one is."""
        for provider in self.providers:
            try:
                provider.check()
            except ProviderNotReady as exc:
                log.info("provider.not_ready", provider=provider.name, problem=exc.message)
            else:
                return
        self.first.check()

    def ask(
        self,
        call: str,
        put: Callable[[P], A],
        asked: Asked,
        *,
        voice: Callable[[P], str] = _no_voice,
    ) -> Answered[A]:
        """Put a question that may be billed: it waits for its turn, and may be stopped before.

        `voice` tells the voice that a provider would use, for its price depends on it.
        """
        return self._first_answer(_Question(call, put, asked, voice, counts=True))

    def consult(self, call: str, put: Callable[[P], A]) -> A:
        """Put a question that is free of charge. Raises the last provider's last failure.

        Engines answer it by themselves as a rule, so it tells nothing of whether they work: one
        that rests is asked too.
        """
        return self._first_answer(_Question(call, put)).value

    def impatient(self) -> Guard:
        """The guard for the first provider alone where the others are asked by somebody else."""
        if self.providers[1:]:
            return replace(self.guard, retry=self._hasty())
        return self.guard

    def _first_answer(self, question: "_Question[P, A]") -> Answered[A]:
        for provider in self.providers[:-1]:
            if question.counts and not self.guard.breaker.may_ask(provider.name):
                continue
            try:
                answer = self._ask_one(provider, question, self._hasty())
            except self.guard.fallback_on as exc:
                self._pass_over(provider, question, exc)
            else:
                if question.counts:
                    self.guard.breaker.note_answer(provider.name)
                return Answered(answer, "" if provider is self.first else provider.name)
        last = self.providers[-1]
        answer = self._ask_one(last, question, self.guard.retry)
        return Answered(answer, "" if last is self.first else last.name)

    def _hasty(self) -> RetryPolicy:
        """Retries while another provider waits to be asked."""
        retry = self.guard.retry
        return replace(retry, deadline_s=min(retry.deadline_s, self.guard.fallback_after_s))

    def _pass_over(self, provider: P, question: "_Question[P, A]", failure: ProviderError) -> None:
        log.warning(
            "provider.skipped", provider=provider.name, call=question.call, code=failure.code
        )
        # A refusal is about this input, and tells nothing of the next.
        if isinstance(failure, ProviderRejected) or not question.counts:
            return
        if self.guard.breaker.note_failure(provider.name, failure):
            log.warning("provider.rests", provider=provider.name, code=failure.code)

    def _ask_one(self, provider: P, question: "_Question[P, A]", retry: RetryPolicy) -> A:
        gives_up_at = math.inf
        attempt = 1
        while True:
            if self.guard.is_cancelled():
                raise Cancelled(f"stopped before {provider.name!r} was asked to {question.call}")
            try:
                with self._slot(provider, question):
                    product = self._admitted(provider, question)
                    # Waiting for others is no failure of this engine.
                    gives_up_at = min(gives_up_at, retry.clock() + retry.deadline_s)
                    with (
                        self._recorded(provider, question, product),
                        _plugin_boundary(provider, question.call),
                    ):
                        return question.put(provider)
            except ProviderError as exc:
                wait_s = retry.wait_after(attempt, exc)
                too_late = retry.clock() + wait_s > gives_up_at
                if not exc.retryable or attempt >= retry.attempts or too_late:
                    raise
                log.warning(
                    "provider.retried", provider=provider.name, call=question.call,
                    code=exc.code, attempt=attempt, wait_s=wait_s,
                )  # fmt: skip
            retry.sleep(wait_s)
            attempt += 1

    def _slot(self, provider: P, question: "_Question[P, A]") -> Slots:
        return self.guard.slots.get(provider.name, NO_SLOTS) if question.counts else NO_SLOTS

    def _admitted(self, provider: P, question: "_Question[P, A]") -> str:
        """Wait for a turn, then for leave to spend; the product that the call falls under."""
        if not question.counts:
            return ""
        limit = self.guard.rate_limits.get(provider.name)
        if limit is not None:
            limit.wait_for_turn()
        with _plugin_boundary(provider, question.call):
            product = question.product(provider)
        self.guard.before_call(
            Intended(self.kind, provider.name, question.call, product, question.asked)
        )
        return product

    @contextmanager
    def _recorded(self, provider: P, question: "_Question[P, A]", product: str) -> Iterator[None]:
        """Report the attempt, however it ends."""
        began, cpu_began, outcome = time.perf_counter(), time.thread_time(), "interrupted"
        with charges() as charged:
            try:
                yield
                outcome = "ok"
            except DubError as exc:
                outcome = exc.code
                raise
            finally:
                record = CallRecord(
                    kind=self.kind,
                    provider=provider.name,
                    call=question.call,
                    elapsed_ms=round(1000 * (time.perf_counter() - began)),
                    cpu_ms=round(1000 * (time.thread_time() - cpu_began)),
                    outcome=outcome,
                    asked=question.asked,
                    product=product,
                    charges=tuple(charged),
                )
                self.guard.observe(record)


@contextmanager
def _plugin_boundary(provider: Provider, call: str) -> Iterator[None]:
    """Let only `DubError` out. Plug-ins are loaded code of strangers, and this is where it runs.

    A stray KeyError of theirs has to name them, not look like a fault of ours.
    """
    try:
        yield
    except DubError:
        raise
    # The same boundary as loading plug-ins.
    except Exception as exc:
        raise ProviderError(
            f"provider {provider.name!r} broke in {call!r}: {type(exc).__name__}: {exc}",
            provider=provider.name,
            hint="the log has the cause; report it to the provider's authors",
        ) from exc
