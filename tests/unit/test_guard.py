import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.audio import Samples, SpeechClip, Stems
from dubwright.domain.errors import (
    BudgetExceeded,
    Cancelled,
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from dubwright.domain.language import LanguageTag
from dubwright.guard import (
    Breaker,
    CallRecord,
    Guard,
    GuardedSourceSeparator,
    GuardedTextToSpeech,
    GuardedTranslator,
    Intended,
    RateLimit,
    RestRules,
    RetryPolicy,
    until_cancelled,
)
from dubwright.ports import (
    Charge,
    ProviderOptions,
    SpeechRequest,
    Translation,
    TranslationRequest,
    charge,
)
from dubwright.providers.echo import EchoOptions, EchoTranslator
from dubwright.providers.passthrough import PassthroughSeparator
from dubwright.providers.tone import ToneOptions, ToneTextToSpeech

EN, PT = LanguageTag("en"), LanguageTag("pt")


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: float = 100.0
    waits: list[float] = field(default_factory=list)

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class Failing(EchoTranslator):
    """An echo that fails first, with the errors given."""

    def __init__(self, errors: Iterable[Exception], name: str = "failing") -> None:
        super().__init__(EchoOptions())
        self._errors = iter(errors)
        self.name = name  # type: ignore[misc]  # each test double bears a name of its own
        self.calls = 0

    def translate(
        self, requests: object, *, source: LanguageTag, target: LanguageTag
    ) -> list[Translation]:
        self.calls += 1
        for error in self._errors:
            raise error
        return [Translation(f"{self.name} answers")]

    def check(self) -> None:
        for error in self._errors:
            raise error


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
def guard(clock: Clock, records: list[CallRecord]) -> Guard:
    retry = RetryPolicy(sleep=clock.sleep, clock=clock.read)
    return Guard(retry=retry, observe=records.append)


def ask(guarded: GuardedTranslator) -> str:
    [answer] = guarded.translate([TranslationRequest("Hello")], source=EN, target=PT)
    return answer.text


def unavailable(count: int) -> list[ProviderError]:
    return [ProviderUnavailable("down", provider="failing") for _ in range(count)]


def test_what_may_pass_is_tried_again_with_doubled_waits(guard, clock):
    assert ask(GuardedTranslator(Failing(unavailable(3)), guard=guard)) == "failing answers"
    assert clock.waits == [0.5, 1.0, 2.0]


def test_the_last_failure_is_raised_after_the_last_attempt(guard, clock):
    failing = Failing(unavailable(9))
    with pytest.raises(ProviderUnavailable):
        ask(GuardedTranslator(failing, guard=guard))
    assert failing.calls == 4


def test_a_refusal_is_never_tried_again(guard, clock):
    failing = Failing([ProviderRejected("no", provider="failing")])
    with pytest.raises(ProviderRejected):
        ask(GuardedTranslator(failing, guard=guard))
    assert (failing.calls, clock.waits) == (1, [])


def test_a_provider_waits_as_long_as_it_asked_for(guard, clock):
    error = ProviderThrottled("slow down", provider="failing", retry_after_s=45)
    ask(GuardedTranslator(Failing([error]), guard=guard))
    assert clock.waits == [45]


def test_no_attempt_starts_after_the_deadline(guard, clock):
    error = ProviderThrottled("tomorrow", provider="failing", retry_after_s=86_400)
    with pytest.raises(ProviderThrottled):
        ask(GuardedTranslator(Failing([error]), guard=guard))
    assert clock.waits == []


def test_cancelling_ends_the_attempts(guard, clock):
    cancelling = replace(guard, is_cancelled=lambda: bool(clock.waits))
    failing = Failing(unavailable(9))
    with pytest.raises(Cancelled):
        ask(GuardedTranslator(failing, guard=cancelling))
    assert failing.calls == 1


@given(attempt=st.integers(1, 60), jitter=st.floats(0, 1))
def test_waits_stay_between_nothing_and_the_longest(attempt, jitter):
    policy = RetryPolicy(jitter=jitter)
    wait_s = policy.wait_after(attempt, ProviderUnavailable("down", provider="x"))
    assert 0 <= wait_s <= policy.longest_wait_s


def test_every_attempt_is_recorded_with_its_outcome(guard, records):
    ask(GuardedTranslator(Failing(unavailable(1)), guard=guard))
    assert [(r.kind, r.provider, r.call, r.outcome) for r in records] == [
        ("translator", "failing", "translate", "provider_unavailable"),
        ("translator", "failing", "translate", "ok"),
    ]


def test_the_cpu_time_of_a_call_is_no_longer_than_the_call(guard, records):
    tone = GuardedTextToSpeech(ToneTextToSpeech(ToneOptions()), guard=guard)
    tone.synthesize(SpeechRequest("Hello " * 500, tone.voices(EN)[0]))
    assert records[-1].call == "synthesize"
    assert 0 < records[-1].cpu_ms <= records[-1].elapsed_ms + 20  # the clocks tick apart


def test_a_stray_exception_of_a_plug_in_names_the_plug_in(guard, records):
    with pytest.raises(ProviderError, match="'failing' broke in 'translate': KeyError") as caught:
        ask(GuardedTranslator(Failing([KeyError("voice")]), guard=guard))
    assert isinstance(caught.value.__cause__, KeyError)
    assert records[-1].outcome == "provider_failed"


def test_an_interrupt_is_not_mistaken_for_a_fault(guard, records):
    class Interrupted(EchoTranslator):
        def translate(self, requests, *, source, target):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(GuardedTranslator(Interrupted(EchoOptions()), guard=guard))
    assert records[-1].outcome == "interrupted"


@pytest.mark.parametrize(
    "error",
    [
        ProviderUnavailable("down", provider="first"),
        ProviderThrottled("slow", provider="first", retry_after_s=999),
        ProviderNotReady("no key", provider="first"),
    ],
)
def test_the_next_provider_answers_for_one_that_cannot(guard, records, error):
    first, second = Failing([error] * 9, "first"), Failing([], "second")
    assert ask(GuardedTranslator(first, second, guard=guard)) == "second answers"
    assert records[-1].provider == "second"


def test_the_next_provider_is_asked_after_a_refusal(guard):
    first, second = Failing([ProviderRejected("no", provider="first")], "first"), Failing([])
    assert ask(GuardedTranslator(first, second, guard=guard)) == "failing answers"


def test_the_last_refusal_is_the_users_to_hear(guard):
    refusing = [Failing([ProviderRejected(name, provider=name)], name) for name in ("one", "two")]
    with pytest.raises(ProviderRejected, match="two"):
        ask(GuardedTranslator(*refusing, guard=guard))


def test_an_answer_names_the_fallback_that_gave_it(guard):
    def fallback_of(*translators: EchoTranslator) -> str:
        guarded = GuardedTranslator(*translators, guard=guard)
        return guarded.translate([TranslationRequest("Hello")], source=EN, target=PT)[0].fallback

    assert fallback_of(Failing([], "first"), Failing([], "second")) == ""
    assert fallback_of(Failing(unavailable(9), "first"), Failing([], "second")) == "second"


def test_with_another_provider_waiting_attempts_end_early(guard, clock):
    first, second = Failing(unavailable(99), "first"), Failing([], "second")
    patient = replace(guard, retry=replace(guard.retry, attempts=99, longest_wait_s=60))
    ask(GuardedTranslator(first, second, guard=patient))
    assert sum(clock.waits) <= guard.fallback_after_s


@pytest.fixture
def resting(guard, clock) -> Guard:
    return replace(guard, breaker=Breaker(RestRules(failures=3, rest_s=60, clock=clock.read)))


def test_a_provider_that_keeps_failing_is_passed_over_for_a_while(resting, clock):
    first, second = Failing(unavailable(99), "first"), Failing([], "second")
    guarded = GuardedTranslator(first, second, guard=resting)
    for _ in range(10):
        ask(guarded)
    assert first.calls == 3 * resting.retry.attempts


def test_a_rested_provider_is_tried_with_one_question_and_trusted_after_an_answer(resting, clock):
    first, second = Failing(unavailable(12), "first"), Failing([], "second")
    guarded = GuardedTranslator(first, second, guard=resting)
    assert {ask(guarded) for _ in range(5)} == {"second answers"}
    clock.now += 60
    assert {ask(guarded) for _ in range(5)} == {"first answers"}


def test_a_trial_that_fails_begins_another_rest(resting, clock):
    first, second = Failing(unavailable(999), "first"), Failing([], "second")
    guarded = GuardedTranslator(first, second, guard=resting)
    for _ in range(3):
        ask(guarded)
    for _ in range(4):
        clock.now += 60
        before = first.calls
        ask(guarded), ask(guarded)
        assert first.calls == before + resting.retry.attempts


def test_one_that_is_not_ready_rests_at_once(resting):
    first = Failing([ProviderNotReady("no permission", provider="first")], "first")
    guarded = GuardedTranslator(first, Failing([], "second"), guard=resting)
    assert {ask(guarded) for _ in range(4)} == {"second answers"}
    assert first.calls == 1


def test_refusals_do_not_make_a_provider_rest(resting):
    refusals = [ProviderRejected("no", provider="first") for _ in range(9)]
    first = Failing(refusals, "first")
    guarded = GuardedTranslator(first, Failing([], "second"), guard=resting)
    for _ in range(10):
        ask(guarded)
    assert first.calls == 10


def test_the_only_provider_never_rests(resting):
    only = Failing(unavailable(40), "only")
    guarded = GuardedTranslator(only, guard=resting)
    for _ in range(10):
        with pytest.raises(ProviderUnavailable):
            ask(guarded)
    assert ask(guarded) == "only answers"


def test_free_questions_tell_nothing_of_whether_a_provider_works(resting):
    first, second = Failing(unavailable(99), "first"), Failing([], "second")
    guarded = GuardedTranslator(first, second, guard=resting)
    for _ in range(10):
        guarded.pairs()
        ask(guarded)
    assert first.calls == 3 * resting.retry.attempts


def test_a_provider_that_rests_still_tells_its_own_voices(resting, clock):
    recorded = Recorded(ToneOptions())
    guarded = GuardedTextToSpeech(Silent(ToneOptions()), recorded, guard=resting)
    offered = guarded.voices(EN)
    guarded.synthesize(SpeechRequest("Hello", offered[0]))
    assert guarded.voices(EN) == offered


def test_a_voice_of_the_fallback_speaks_as_itself_in_the_fallback(guard):
    recorded = Recorded(ToneOptions())
    guarded = GuardedTextToSpeech(Silent(ToneOptions()), recorded, guard=guard)
    guarded.synthesize(SpeechRequest("Hello", recorded.voices(EN)[1]))
    assert recorded.spoken_by == "bert"


def test_waiting_for_a_turn_takes_nothing_from_the_time_for_attempts(guard, clock):
    limit = RateLimit(1, sleep=clock.sleep, clock=clock.read)
    first, second = Failing(unavailable(1), "first"), Failing([], "second")
    guarded = GuardedTranslator(first, second, guard=replace(guard, rate_limits={"first": limit}))
    limit.wait_for_turn()
    assert ask(guarded) == "first answers"


class Charging(EchoTranslator):
    """An echo that costs money, also when it breaks."""

    name = "charging"

    def product(self, voice: str = "") -> str:
        return "echo.gold"

    def translate(self, requests, *, source, target):
        charge("echo.gold", 5, "characters")
        raise ProviderRejected("no", provider="charging")


def test_what_was_billed_is_recorded_also_for_a_call_that_failed(guard, records):
    with pytest.raises(ProviderRejected):
        ask(GuardedTranslator(Charging(EchoOptions()), guard=guard))
    assert records[-1].product == "echo.gold"
    assert records[-1].charges == (Charge("echo.gold", 5, "characters"),)


def test_a_call_that_may_not_be_paid_is_not_made(guard, records):
    def refuse(intended: Intended) -> None:
        raise BudgetExceeded(f"{intended.product} {intended.asked.units}")

    never = Failing([])
    strict = replace(guard, before_call=refuse)
    with pytest.raises(BudgetExceeded, match=r"echo\.gold 5"):
        ask(GuardedTranslator(Charging(EchoOptions()), never, guard=strict))
    assert (never.calls, records) == (0, [])


def test_a_question_about_the_offer_needs_no_leave(guard):
    def refuse(intended: Intended) -> None:
        raise BudgetExceeded("nothing may be spent")

    assert GuardedTranslator(Failing([]), guard=replace(guard, before_call=refuse)).pairs()


def test_no_more_calls_are_made_at_once_than_there_are_slots(guard):
    most, now = 0, 0
    lock = threading.Lock()

    class Busy(EchoTranslator):
        def translate(self, requests, *, source, target):
            nonlocal most, now
            with lock:
                now += 1
                most = max(most, now)
            reached.wait(0.05)
            with lock:
                now -= 1
            return [Translation("done")]

    reached = threading.Event()
    two = replace(guard, slots={"echo": threading.BoundedSemaphore(2)})
    guarded = GuardedTranslator(Busy(EchoOptions()), guard=two)
    with ThreadPoolExecutor(8) as callers:
        list(callers.map(lambda _: ask(guarded), range(12)))
    assert most == 2


def test_the_chain_is_ready_when_one_provider_is(guard):
    missing = ProviderNotReady("no key", provider="first")
    GuardedTranslator(Failing([missing], "first"), Failing([]), guard=guard).check()
    with pytest.raises(ProviderNotReady, match="no key"):
        GuardedTranslator(Failing([missing] * 2, "first"), guard=guard).check()


def test_guarding_one_provider_keeps_its_fingerprint_and_name(guard):
    echo = EchoTranslator(EchoOptions())
    guarded = GuardedTranslator(echo, guard=guard)
    assert (guarded.fingerprint, guarded.name) == (echo.fingerprint, "echo")


def test_another_fallback_is_another_fingerprint(guard):
    echo, other = EchoTranslator(EchoOptions()), EchoTranslator(EchoOptions(languages=("en", "fr")))
    alone, both = (
        GuardedTranslator(echo, guard=guard),
        GuardedTranslator(echo, other, guard=guard),
    )
    assert alone.fingerprint != both.fingerprint


def test_a_missing_translation_is_an_error(guard):
    two = [TranslationRequest("One"), TranslationRequest("Two")]
    with pytest.raises(ProviderError, match="1 translations of 2 texts"):
        GuardedTranslator(Failing([]), guard=guard).translate(two, source=EN, target=PT)


class Odd(ToneTextToSpeech):
    """A voice with samples of one's choice."""

    def __init__(self, samples: object) -> None:
        super().__init__(ToneOptions())
        self._samples = samples

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        return SpeechClip(self._samples, 24_000)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(10, dtype=np.int16),
        np.zeros(10, dtype=np.float64),
        np.zeros((10, 2), dtype=np.float32),
        np.array([0, np.nan], dtype=np.float32),
        np.array([0, np.inf], dtype=np.float32),
    ],
    ids=["int16", "float64", "stereo", "nan", "inf"],
)
def test_a_take_that_is_not_finite_float32_mono_is_an_error(guard, samples):
    odd = GuardedTextToSpeech(Odd(samples), guard=guard)
    with pytest.raises(ProviderError, match="'tone' gave a take"):
        odd.synthesize(SpeechRequest("Hello", odd.voices(EN)[0]))


class Cutting(PassthroughSeparator):
    """A separator that loses the last sample."""

    def separate(self, clip: SpeechClip) -> Stems:
        cut: Samples = clip.samples[:-1]
        return Stems(vocals=cut, background=cut)


def test_a_stem_of_another_length_is_an_error(guard):
    cutting = GuardedSourceSeparator(Cutting(ProviderOptions()), guard=guard)
    with pytest.raises(ProviderError, match="vocals of 9 for 10 samples"):
        cutting.separate(SpeechClip(np.zeros(10, dtype=np.float32), 48_000))


class Silent(ToneTextToSpeech):
    """A voice that is down."""

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        raise ProviderNotReady("no key", provider="silent")


class Recorded(ToneTextToSpeech):
    """A voice with ids of its own, that remembers whom it spoke with."""

    spoken_by: str | None = None

    def voices(self, language):
        high, low = super().voices(language) or (None, None)
        return (high.model_copy(update={"id": "anna"}), low.model_copy(update={"id": "bert"}))

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        self.spoken_by = request.voice.id
        return SpeechClip(np.zeros(10, dtype=np.float32), 24_000)


@pytest.mark.parametrize(("asked_for", "spoken_by"), [(0, "anna"), (1, "bert")])
def test_a_fallback_speaks_with_its_own_voice_of_the_same_gender(guard, asked_for, spoken_by):
    recorded = Recorded(ToneOptions())
    voices = GuardedTextToSpeech(Silent(ToneOptions()), recorded, guard=guard)
    voices.synthesize(SpeechRequest("Hello", voices.voices(EN)[asked_for]))
    assert recorded.spoken_by == spoken_by


def test_a_fallback_that_does_not_speak_the_language_says_so(guard):
    english = ToneTextToSpeech(ToneOptions(languages=("en",)))
    voices = GuardedTextToSpeech(Silent(ToneOptions()), english, guard=guard)
    with pytest.raises(ProviderRejected, match="'pt'"):
        voices.synthesize(SpeechRequest("Olá", voices.voices(PT)[0]))


def test_calls_are_spaced_to_the_rate_limit(guard, clock):
    limit = RateLimit(30, sleep=clock.sleep, clock=clock.read)
    limited = GuardedTranslator(Failing([]), guard=replace(guard, rate_limits={"failing": limit}))
    for _ in range(3):
        ask(limited)
    assert clock.waits == [2.0, 2.0]


@pytest.fixture
def stop():
    """What somebody sets after a third of a second, to stop."""
    event = threading.Event()
    timer = threading.Timer(0.3, event.set)
    timer.start()
    yield event
    timer.join()


def test_whoever_stops_does_not_wait_for_a_turn(guard, stop):
    limit = RateLimit(0.1, sleep=until_cancelled(stop.is_set))
    limit.wait_for_turn()
    limited = GuardedTranslator(Failing([]), guard=replace(guard, rate_limits={"failing": limit}))
    began = time.monotonic()
    with pytest.raises(Cancelled):
        ask(limited)
    assert time.monotonic() - began < 2.0


def test_whoever_stops_does_not_wait_to_try_again(guard, stop):
    failing = Failing(unavailable(1))
    retry = RetryPolicy(first_wait_s=60.0, longest_wait_s=60.0, sleep=until_cancelled(stop.is_set))
    guarded = GuardedTranslator(failing, guard=replace(guard, retry=retry))
    began = time.monotonic()
    with pytest.raises(Cancelled):
        ask(guarded)
    assert time.monotonic() - began < 2.0
    assert failing.calls == 1


def test_a_wait_that_nobody_stops_is_waited_to_its_end():
    began = time.monotonic()
    until_cancelled(lambda: False)(0.5)
    assert time.monotonic() - began >= 0.5


def test_questions_about_the_offer_are_not_counted(guard, clock):
    limit = RateLimit(1, sleep=clock.sleep, clock=clock.read)
    limited = GuardedTranslator(Failing([]), guard=replace(guard, rate_limits={"failing": limit}))
    for _ in range(3):
        limited.pairs()
    assert clock.waits == []


@given(
    per_minute=st.integers(1, 600),
    burst=st.integers(1, 10),
    pauses=st.lists(st.floats(0, 90), min_size=1, max_size=80),
)
def test_no_minute_has_more_calls_than_the_limit_and_one_burst(per_minute, burst, pauses):
    clock = Clock()
    limit = RateLimit(per_minute, burst=burst, sleep=clock.sleep, clock=clock.read)
    called_at: list[float] = []
    for pause in pauses:
        clock.now += pause
        limit.wait_for_turn()
        called_at.append(clock.now)
    for first in called_at:
        in_a_minute = [at for at in called_at if first <= at < first + 60 - 1e-6]
        assert len(in_a_minute) <= per_minute + burst


def test_two_people_keep_two_voices_in_a_fallback(guard):
    class Four(Silent):
        def voices(self, language):
            high, low = super().voices(language)
            return (*(high.model_copy(update={"id": name}) for name in ("a", "b")), low)

    class Spare(Recorded):
        def voices(self, language):
            high, low = super().voices(language)
            return (*(high.model_copy(update={"id": name}) for name in ("x", "y")), low)

    spare = Spare(ToneOptions())
    voices = GuardedTextToSpeech(Four(ToneOptions()), spare, guard=guard)
    spoken = []
    for voice in voices.voices(EN)[:2]:
        voices.synthesize(SpeechRequest("Hello", voice))
        spoken.append(spare.spoken_by)
    assert spoken == ["x", "y"]
