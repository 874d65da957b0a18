"""Long recordings in batches: nothing is submitted twice, nothing that was said is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.audio import SpeechClip
from dubwright.domain.chunking import recognition_chunks
from dubwright.domain.dividing import divided, joined
from dubwright.domain.errors import (
    Cancelled,
    DubError,
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import LanguageGuess, Segment, SpeechMap, Transcript, Word
from dubwright.domain.timeline import TimeSpan
from dubwright.media.sound_file import write_wav
from dubwright.media.wav import WavRecording
from dubwright.pipeline.batches import LongSound, batch_recogniser, start_batches
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.workspace import Workspace
from dubwright.ports import ProviderOptions, Recording

EN = LanguageTag("en")
RATE = 16_000
TURN_MS = 5_000
SPOKEN_MS = 4_000
TURNS = 40
SPEECH = SpeechMap(
    spans=tuple(
        TimeSpan(start_ms=at, end_ms=at + SPOKEN_MS) for at in range(0, TURNS * TURN_MS, TURN_MS)
    )
)
CHUNKS = recognition_chunks(SPEECH, end_ms=TURNS * TURN_MS)
BATCHES = 4


@dataclass
class Vendor:
    """Whoever recognises the batches; it remembers them longer than who submitted them."""

    recordings: dict[str, tuple[int, int]] = field(default_factory=dict)
    submitted: int = 0
    clips: int = 0
    submit_fails: list[DubError] = field(default_factory=list)
    collect_fails: list[DubError] = field(default_factory=list)
    deaf_ms: range = range(0)


class Recogniser:
    """Hears a word in every second of speech, named by the second. Sound tells its place itself:
    the samples of each second have the value of its number."""

    name: ClassVar[str] = "vendor"
    Options: ClassVar[type[ProviderOptions]] = ProviderOptions
    fingerprint = "vendor/1"

    def __init__(self, vendor: Vendor, longest_batch_ms: int = 70_000) -> None:
        self.vendor = vendor
        self.longest_batch_ms = longest_batch_ms

    def check(self) -> None: ...

    def languages(self) -> frozenset[LanguageTag]:
        return frozenset({EN})

    def detect_language(self, clip: SpeechClip) -> LanguageGuess:
        return LanguageGuess(language=EN, confidence=1.0)

    def transcribe(self, clip: SpeechClip, *, language: LanguageTag) -> Transcript:
        self.vendor.clips += 1
        return heard(place_of(clip), clip.duration_ms)

    def submit_batch(self, recording: Recording, *, language: LanguageTag) -> str:
        if self.vendor.submit_fails:
            raise self.vendor.submit_fails.pop(0)
        self.vendor.submitted += 1
        batch = f"batch-{self.vendor.submitted}"
        first = recording.read(TimeSpan(start_ms=0, end_ms=100))
        self.vendor.recordings[batch] = (place_of(first), recording.duration_ms)
        return batch

    def collect_batch(self, batch: str, *, is_cancelled: Callable[[], bool]) -> Transcript:
        if self.vendor.collect_fails:
            raise self.vendor.collect_fails.pop(0)
        if is_cancelled():
            raise Cancelled("stopped")
        if batch not in self.vendor.recordings:
            raise ProviderRejected(f"no batch {batch!r}", provider=self.name)
        start_ms, duration_ms = self.vendor.recordings[batch]
        return heard(start_ms, duration_ms, self.vendor.deaf_ms)


def place_of(clip: SpeechClip) -> int:
    """Where in the source a clip was taken, in ms, from its first samples."""
    return round(float(clip.samples[0]) * 32_768) * 10


def heard(start_ms: int, duration_ms: int, deaf_ms: range = range(0)) -> Transcript:
    seconds = [
        at
        for at in range(-(-start_ms // 1000) * 1000, start_ms + duration_ms - 800, 1000)
        if at % TURN_MS < SPOKEN_MS and at not in deaf_ms
    ]
    words = tuple(
        Word(
            text=f"at{at // 1000}",
            span=TimeSpan(start_ms=at - start_ms, end_ms=at - start_ms + 800),
        )
        for at in seconds
    )
    if not words:
        return Transcript(language=EN, segments=())
    span = TimeSpan(start_ms=words[0].span.start_ms, end_ms=words[-1].span.end_ms)
    text = " ".join(word.text for word in words)
    return Transcript(language=EN, segments=(Segment(text=text, span=span, words=words),))


ALL_WORDS = [
    f"at{at // 1000}" for at in range(0, TURNS * TURN_MS, 1000) if at % TURN_MS < SPOKEN_MS
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every 10 ms has a value of its own, its number."""
    path = tmp_path_factory.mktemp("sound") / "sound.wav"
    numbers = np.repeat(np.arange(TURNS * TURN_MS // 10), RATE // 100)
    write_wav(SpeechClip((numbers / 32_767).astype(np.float32), RATE), path)
    return path


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


def run_once(folder: Path, sound: Path, recogniser: Recogniser) -> list[Transcript]:
    run = Runner(
        Workspace(folder), workers=2, progress=lambda event: None, is_cancelled=lambda: False
    )
    with run.pool(waiters=0) as pool:
        studio = Studio(None, run, pool)  # type: ignore[arg-type]  # no tool is asked here
        long = LongSound(sound, SPEECH, EN, recogniser)
        return list(start_batches(long, CHUNKS, studio))


def words_of(transcripts: list[Transcript]) -> list[str]:
    return [w.text for one in transcripts for segment in one.segments for w in segment.words]


def test_the_sound_tells_its_place(sound):
    clip = WavRecording(sound).read(TimeSpan(start_ms=123_450, end_ms=124_000))
    assert place_of(clip) == 123_450


def test_every_word_is_heard_once_in_order_with_its_time(sound, tmp_path, vendor):
    transcripts = run_once(tmp_path, sound, Recogniser(vendor))
    assert words_of(transcripts) == ALL_WORDS
    words = [w for one in transcripts for segment in one.segments for w in segment.words]
    assert all(f"at{word.span.start_ms // 1000}" == word.text for word in words)
    assert vendor.submitted == BATCHES
    assert vendor.clips == 0


def test_there_is_a_transcript_for_every_chunk(sound, tmp_path, vendor):
    transcripts = run_once(tmp_path, sound, Recogniser(vendor))
    assert len(transcripts) == len(CHUNKS)
    for transcript, chunk in zip(transcripts, CHUNKS, strict=True):
        for segment in transcript.segments:
            assert chunk.start_ms <= segment.span.start_ms
            assert segment.span.end_ms <= chunk.end_ms


def test_a_second_run_asks_nobody(sound, tmp_path, vendor):
    first = run_once(tmp_path, sound, Recogniser(vendor))
    vendor.submit_fails = vendor.collect_fails = [ProviderError("asked", provider="vendor")]
    assert run_once(tmp_path, sound, Recogniser(vendor)) == first


def test_after_a_crash_the_same_batches_are_collected(sound, tmp_path, vendor):
    vendor.collect_fails = [ProviderError("the worker died", provider="vendor")] * BATCHES
    with pytest.raises(ProviderError, match="died"):
        run_once(tmp_path, sound, Recogniser(vendor))
    submitted = vendor.submitted
    vendor.collect_fails = []
    assert words_of(run_once(tmp_path, sound, Recogniser(vendor))) == ALL_WORDS
    assert 1 <= submitted <= vendor.submitted == BATCHES


def test_a_batch_lost_by_the_vendor_is_submitted_again(sound, tmp_path, vendor):
    vendor.collect_fails = [ProviderError("the worker died", provider="vendor")] * BATCHES
    with pytest.raises(ProviderError, match="died"):
        run_once(tmp_path, sound, Recogniser(vendor))
    before = vendor.submitted
    vendor.collect_fails = []
    vendor.recordings.clear()
    assert words_of(run_once(tmp_path, sound, Recogniser(vendor))) == ALL_WORDS
    assert vendor.submitted == BATCHES + before
    assert vendor.clips == 0


def test_a_batch_that_is_refused_at_once_is_heard_chunk_by_chunk(sound, tmp_path, vendor):
    vendor.collect_fails = [ProviderRejected("broken file", provider="vendor")]
    assert words_of(run_once(tmp_path, sound, Recogniser(vendor))) == ALL_WORDS
    assert vendor.submitted == BATCHES
    assert 0 < vendor.clips < len(CHUNKS)


@pytest.mark.parametrize("failure", [ProviderUnavailable, ProviderThrottled, ProviderNotReady])
def test_what_cannot_be_collected_now_is_collected_by_the_next_run(
    sound, tmp_path, vendor, failure
):
    vendor.collect_fails = [failure("not now", provider="vendor", hint="wait")] * BATCHES
    with pytest.raises(failure, match="not now") as failed:
        run_once(tmp_path, sound, Recogniser(vendor))
    assert (failed.value.hint or "").startswith("wait; run it again")
    vendor.collect_fails = []
    assert words_of(run_once(tmp_path, sound, Recogniser(vendor))) == ALL_WORDS
    assert (vendor.submitted, vendor.clips) == (BATCHES, 0)


def test_what_cannot_be_submitted_is_heard_chunk_by_chunk(sound, tmp_path, vendor):
    vendor.submit_fails = [ProviderUnavailable("not now", provider="vendor")] * BATCHES
    assert words_of(run_once(tmp_path, sound, Recogniser(vendor))) == ALL_WORDS
    assert vendor.submitted == 0
    assert vendor.clips == len(CHUNKS)


def test_a_submission_of_unknown_end_is_neither_repeated_nor_passed_over(sound, tmp_path, vendor):
    vendor.submit_fails = [ProviderError("its answer was lost", provider="vendor")]
    with pytest.raises(ProviderError, match="lost"):
        run_once(tmp_path, sound, Recogniser(vendor))
    assert vendor.clips == 0


def test_speech_without_words_is_heard_again(sound, tmp_path, vendor):
    vendor.deaf_ms = range(22_000, 34_000)
    assert words_of(run_once(tmp_path, sound, Recogniser(vendor))) == ALL_WORDS
    assert vendor.clips == 1


def test_a_single_word_that_is_missing_is_let_go(sound, tmp_path, vendor):
    vendor.deaf_ms = range(22_000, 23_000)
    assert len(words_of(run_once(tmp_path, sound, Recogniser(vendor)))) == len(ALL_WORDS) - 1
    assert vendor.clips == 0


def test_little_speech_and_other_recognisers_go_in_clips(vendor):
    minute = SpeechMap(spans=(TimeSpan(start_ms=0, end_ms=60_000),))
    assert batch_recogniser(Recogniser(vendor), SPEECH) is not None
    assert batch_recogniser(Recogniser(vendor), minute) is None
    assert batch_recogniser(Recogniser(vendor, longest_batch_ms=0), SPEECH) is None


@given(st.lists(st.integers(0, TURNS * TURN_MS - 1), max_size=40))
def test_dividing_and_joining_keeps_every_word(starts):
    words = tuple(
        Word(text=f"w{at}", span=TimeSpan(start_ms=at, end_ms=at + 300)) for at in sorted(starts)
    )
    segments = tuple(Segment(text=word.text, span=word.span, words=(word,)) for word in words)
    whole = Transcript(language=EN, segments=segments)
    assert joined(divided(whole, CHUNKS)) == whole
