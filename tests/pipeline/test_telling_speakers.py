"""Who speaks when, from a batch: it is submitted once, and where it is refused others are asked."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import (
    Cancelled,
    DubError,
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from dubwright.domain.speech import Speakers, SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.guard import CallRecord, Guard, GuardedDiarizer, RetryPolicy
from dubwright.media.sound_file import write_wav
from dubwright.pipeline.keys import stage_key
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.speakers import tell_speakers
from dubwright.pipeline.workspace import Workspace
from dubwright.ports import Charge, Diarizer, Recording, charge
from dubwright.providers.solo import SoloDiarizer, SoloOptions
from dubwright.testing.sounds import babble

RATE = 16_000
SPEECH = SpeechMap(spans=(TimeSpan(start_ms=0, end_ms=1_000),))
CALL = Charge("vendor.batch", 1_000, "ms")
PASSING = [ProviderUnavailable, ProviderThrottled, ProviderNotReady]


@dataclass
class Vendor:
    """Whoever tells speakers apart; it remembers batches longer than who submitted them."""

    batches: set[str] = field(default_factory=set)
    submitted: int = 0
    asked_at_once: int = 0
    submit_fails: list[DubError] = field(default_factory=list)
    collect_fails: list[DubError] = field(default_factory=list)


class Batching(SoloDiarizer):
    """A diarizer for one woman whose vendor works in batches, and is paid for each."""

    name: ClassVar[str] = "vendor"
    fingerprint = "vendor/1"

    def __init__(self, vendor: Vendor, *, takes_batches: bool = True) -> None:
        super().__init__(SoloOptions(gender="female"))
        self.vendor = vendor
        self.takes_batches = takes_batches

    def product(self, voice: str = "") -> str:
        return CALL.product

    def diarize(
        self, recording: Recording, speech: SpeechMap, *, speakers: int | None = None
    ) -> Speakers:
        self.vendor.asked_at_once += 1
        return super().diarize(recording, speech, speakers=speakers)

    def submit_batch(self, recording: Recording) -> str:
        if self.vendor.submit_fails:
            raise self.vendor.submit_fails.pop(0)
        charge(CALL.product, recording.duration_ms, "ms")
        self.vendor.submitted += 1
        batch = f"batch-{self.vendor.submitted}"
        self.vendor.batches.add(batch)
        return batch

    def collect_batch(
        self,
        batch: str,
        recording: Recording,
        speech: SpeechMap,
        *,
        speakers: int | None,
        is_cancelled: Callable[[], bool],
    ) -> Speakers:
        if self.vendor.collect_fails:
            raise self.vendor.collect_fails.pop(0)
        if is_cancelled():
            raise Cancelled("stopped")
        if batch not in self.vendor.batches:
            raise ProviderRejected(f"no batch {batch!r}", provider=self.name)
        return super().diarize(recording, speech, speakers=speakers)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.wav"
    write_wav(SpeechClip(babble(1_000, sample_rate=RATE), RATE), path)
    return path


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
def alone(vendor: Vendor, records: list[CallRecord]) -> GuardedDiarizer:
    return guarded(Batching(vendor), records=records)


@pytest.fixture
def backed(vendor: Vendor, records: list[CallRecord]) -> GuardedDiarizer:
    """The same, with a man behind."""
    return guarded(Batching(vendor), SoloDiarizer(SoloOptions(gender="male")), records=records)


def guarded(*providers: Diarizer, records: list[CallRecord]) -> GuardedDiarizer:
    retry = RetryPolicy(attempts=2, sleep=lambda _: None)
    return GuardedDiarizer(*providers, guard=Guard(retry=retry, observe=records.append))


def tell(sound: Path, diarizer: Diarizer, speakers: int | None = None) -> Speakers:
    run = Runner(
        Workspace(sound.parent / "work"),
        workers=1,
        progress=lambda _: None,
        is_cancelled=lambda: False,
    )
    return run.document(Speakers, tell_speakers, sound, SPEECH, diarizer, speakers, run=run)


def die_while_waiting(sound: Path, diarizer: Diarizer, vendor: Vendor) -> None:
    vendor.collect_fails = [ProviderError("the worker died", provider="vendor")]
    with pytest.raises(ProviderError, match="died"):
        tell(sound, diarizer)


def genders(told: Speakers) -> list[str]:
    return [person.gender for person in told.people]


def test_a_diarizer_that_takes_batches_is_not_asked_at_once(sound, vendor, alone):
    assert genders(tell(sound, alone)) == ["female"]
    assert (vendor.submitted, vendor.asked_at_once) == (1, 0)


def test_after_a_crash_the_same_batch_is_collected(sound, vendor, alone):
    die_while_waiting(sound, alone, vendor)
    assert genders(tell(sound, alone)) == ["female"]
    assert vendor.submitted == 1


def test_a_batch_is_charged_when_it_is_submitted_and_then_no_more(sound, vendor, alone, records):
    die_while_waiting(sound, alone, vendor)
    tell(sound, alone)
    told = [(record.call, record.product, record.charges) for record in records]
    assert told == [
        ("submit_batch", "vendor.batch", (CALL,)),
        ("collect_batch", "", ()),
        ("collect_batch", "", ()),
    ]


def test_another_number_of_speakers_is_told_by_the_same_batch(sound, vendor, alone):
    tell(sound, alone)
    tell(sound, alone, 2)
    assert vendor.submitted == 1


def test_a_batch_lost_by_the_vendor_is_submitted_again(sound, vendor, backed):
    die_while_waiting(sound, backed, vendor)
    vendor.batches.clear()
    assert genders(tell(sound, backed)) == ["female"]
    assert vendor.submitted == 2


@pytest.mark.parametrize("failure", PASSING)
def test_what_cannot_be_collected_now_is_collected_by_the_next_run(sound, vendor, backed, failure):
    vendor.collect_fails = [failure("not now", provider="vendor", hint="wait")] * 2
    with pytest.raises(failure, match="not now") as failed:
        tell(sound, backed)
    assert (failed.value.hint or "").startswith("wait; run it again: the batch is paid for")
    vendor.collect_fails = []
    assert genders(tell(sound, backed)) == ["female"]
    assert vendor.submitted == 1


def test_where_a_batch_is_refused_the_fallback_is_asked_and_nothing_is_paid_again(
    sound, vendor, backed
):
    vendor.collect_fails = [ProviderRejected("broken file", provider="vendor")]
    assert genders(tell(sound, backed)) == ["male"]
    assert genders(tell(sound, backed)) == ["male"]
    assert (vendor.submitted, vendor.asked_at_once) == (1, 0)


@pytest.mark.parametrize("failure", [*PASSING, ProviderRejected])
def test_where_a_batch_is_not_taken_the_fallback_is_asked(sound, vendor, backed, failure):
    vendor.submit_fails = [failure("no", provider="vendor")] * 2
    assert genders(tell(sound, backed)) == ["male"]
    assert (vendor.submitted, vendor.asked_at_once) == (0, 0)


def test_a_fallback_is_asked_in_time_and_without_one_the_wait_is_longer(sound, vendor):
    def waited_s(*providers: Diarizer) -> float:
        waits: list[float] = []
        retry = RetryPolicy(attempts=9, sleep=waits.append, clock=lambda: sum(waits))
        vendor.submit_fails = [ProviderUnavailable("not now", provider="vendor")] * 9
        with suppress(ProviderUnavailable):
            tell(sound, GuardedDiarizer(*providers, guard=Guard(retry=retry)))
        return sum(waits)

    first, second = Batching(vendor), SoloDiarizer(SoloOptions())
    assert waited_s(first, second) <= Guard().fallback_after_s < waited_s(first)


@pytest.mark.parametrize("failure", [*PASSING, ProviderRejected])
def test_without_a_fallback_the_refusal_is_the_error(sound, vendor, alone, failure):
    vendor.submit_fails = [failure("too long", provider="vendor")] * 2
    with pytest.raises(failure, match="too long"):
        tell(sound, alone)
    assert vendor.asked_at_once == 0


def test_a_submission_of_unknown_end_is_neither_repeated_nor_passed_over(sound, vendor, backed):
    vendor.submit_fails = [ProviderError("its answer was lost", provider="vendor")]
    with pytest.raises(ProviderError, match="lost"):
        tell(sound, backed)
    assert vendor.submitted == 0


def test_without_batches_the_diarizer_is_asked_at_once(sound, vendor, records):
    without = guarded(Batching(vendor, takes_batches=False), records=records)
    assert genders(tell(sound, without)) == ["female"]
    assert (vendor.submitted, vendor.asked_at_once) == (0, 1)


def test_other_diarizers_take_no_batches(records):
    solo = guarded(SoloDiarizer(SoloOptions()), records=records)
    assert not solo.takes_batches
    assert solo.fallback is None


def test_the_key_of_an_answer_names_sound_speech_diarizer_and_count(sound, records):
    solo = guarded(SoloDiarizer(SoloOptions()), records=records)
    told = tell(sound, solo, 2)
    key = stage_key("tell_speakers", 1, (sound, SPEECH, solo, 2))
    kept = Workspace(sound.parent / "work").path("tell_speakers", key, ".json")
    assert Speakers.model_validate_json(kept.read_bytes()) == told
