"""One question to a provider, or to the first of several that can answer it."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import (
    Cancelled,
    DubError,
    ProviderError,
    ProviderNotReady,
    ProviderThrottled,
    ProviderUnavailable,
)
from dubwright.guard.pace import RateLimit, RetryPolicy
from dubwright.ports import Provider

P = TypeVar("P", bound=Provider)
A = TypeVar("A")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call asks for: a digest that names the piece, never its text, and how much of what
    an engine may bill (`characters`, or `ms` of sound). Free questions have no units."""

    piece: str = ""
    units: int = 0
    unit: str = ""

    @classmethod
    def of_text(cls, *texts: str, about: str = "") -> "Asked":
        """So many characters. `about` tells apart what differs but in the text."""
        digest = hashlib.sha256("\x1f".join([*texts, about]).encode()).hexdigest()
        return cls(digest[:16], sum(len(text) for text in texts), "characters")

    @classmethod
    def of_sound(cls, clip: SpeechClip) -> "Asked":
        """So many ms of sound."""
        digest = hashlib.sha256(clip.samples.tobytes()).hexdigest()
        return cls(digest[:16], clip.duration_ms, "ms")


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One attempt at one call. `outcome` is `ok`, the code of the error, or `interrupted`.

    `cpu_ms` is what the calling thread used; an engine with threads of its own uses more.
    """

    kind: str
    provider: str
    call: str
    elapsed_ms: int
    cpu_ms: int
    outcome: str
    asked: Asked = Asked()


def _observe_nothing(record: CallRecord) -> None:
    """For callers who do not count."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Guard:
    """How calls are guarded. `observe` hears of every attempt, from the calling thread.

    `rate_limits` holds the limits of those providers that have one, by name.
    `fallback_on` are the failures after which the next provider is asked. A refusal is not among
    them: what one engine rejects, the user should hear about.
    """

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    rate_limits: Mapping[str, RateLimit] = field(default_factory=dict)
    observe: Callable[[CallRecord], None] = _observe_nothing
    is_cancelled: Callable[[], bool] = _never
    fallback_on: tuple[type[ProviderError], ...] = (
        ProviderUnavailable,
        ProviderThrottled,
        ProviderNotReady,
    )


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

    def ask(self, call: str, question: Callable[[P], A], asked: Asked | None = None) -> A:
        """Put a question that counts against the rate limit."""

        def in_turn(provider: P) -> A:
            limit = self.guard.rate_limits.get(provider.name)
            if limit is not None:
                limit.wait_for_turn()
            return question(provider)

        return self.consult(call, in_turn, asked)

    def consult(self, call: str, question: Callable[[P], A], asked: Asked | None = None) -> A:
        """Put a question that is free of charge. Raises the last provider's last failure."""
        for provider in self.providers[:-1]:
            try:
                return self._ask_one(provider, call, question, asked or Asked())
            except self.guard.fallback_on as exc:
                log.warning("provider.skipped", provider=provider.name, call=call, code=exc.code)
        return self._ask_one(self.providers[-1], call, question, asked or Asked())

    def _ask_one(self, provider: P, call: str, question: Callable[[P], A], asked: Asked) -> A:
        retry = self.guard.retry
        gives_up_at = retry.clock() + retry.deadline_s
        attempt = 1
        while True:
            if self.guard.is_cancelled():
                raise Cancelled(f"stopped before {provider.name!r} was asked to {call}")
            try:
                with self._recorded(provider, call, asked):
                    return question(provider)
            except ProviderError as exc:
                wait_s = retry.wait_after(attempt, exc)
                too_late = retry.clock() + wait_s > gives_up_at
                if not exc.retryable or attempt >= retry.attempts or too_late:
                    raise
                log.warning(
                    "provider.retried",
                    provider=provider.name, call=call, code=exc.code, attempt=attempt, wait_s=wait_s,
                )  # fmt: skip
            retry.sleep(wait_s)
            attempt += 1

    @contextmanager
    def _recorded(self, provider: P, call: str, asked: Asked) -> Iterator[None]:
        """Report the attempt; let only `DubError` out."""
        began, cpu_began, outcome = time.perf_counter(), time.thread_time(), "interrupted"
        try:
            yield
            outcome = "ok"
        except DubError as exc:
            outcome = exc.code
            raise
        # Plug-ins are loaded code of strangers, and this is where it runs: the same boundary as
        # loading. A stray KeyError of theirs has to name them, not look like a fault of ours.
        except Exception as exc:
            outcome = ProviderError.code
            raise ProviderError(
                f"provider {provider.name!r} broke in {call!r}: {type(exc).__name__}: {exc}",
                provider=provider.name,
                hint="the log has the cause; report it to the provider's authors",
            ) from exc
        finally:
            elapsed_ms = round(1000 * (time.perf_counter() - began))
            cpu_ms = round(1000 * (time.thread_time() - cpu_began))
            self.guard.observe(
                CallRecord(self.kind, provider.name, call, elapsed_ms, cpu_ms, outcome, asked)
            )
