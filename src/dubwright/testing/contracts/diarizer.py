"""What every `Diarizer` must do."""

from itertools import pairwise

import pytest

from dubwright.domain.audio import Samples
from dubwright.domain.errors import ProviderRejected
from dubwright.domain.speech import Speakers, SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.ports import BatchDiarizer, Diarizer
from dubwright.testing.contracts.provider import ProviderContract, answers_from_two_threads
from dubwright.testing.contracts.spoken import Spoken
from dubwright.testing.sounds import MemoryRecording, babble, silence

RATE = 16_000


class DiarizerContract(ProviderContract):
    @pytest.fixture
    def recording(self) -> MemoryRecording:
        """A low voice and a high one, twice, with pauses."""
        low = babble(2_500, sample_rate=RATE, pitch_hz=110, seed=1)
        high = babble(2_500, sample_rate=RATE, pitch_hz=220, seed=2)
        return _joined(low, high, low, high)

    @pytest.fixture
    def speech(self) -> SpeechMap:
        """When they speak."""
        starts_ms = (500, 3_500, 6_500, 9_500)
        return SpeechMap(spans=tuple(TimeSpan(start_ms=s, end_ms=s + 2_500) for s in starts_ms))

    def test_nobody_speaks_where_there_is_no_speech(
        self, provider: Diarizer, recording: MemoryRecording
    ) -> None:
        found = provider.diarize(recording, SpeechMap(spans=()))
        assert found == Speakers(turns=(), people=())

    def test_turns_are_in_order_and_cover_the_speech(
        self, provider: Diarizer, recording: MemoryRecording, speech: SpeechMap
    ) -> None:
        turns = provider.diarize(recording, speech).turns
        assert all(one.span.start_ms <= other.span.start_ms for one, other in pairwise(turns))
        for span in speech.spans:
            covered_ms = sum(turn.span.overlap_ms(span) for turn in turns)
            assert covered_ms >= 0.9 * span.duration_ms, f"nobody speaks in {span}"

    def test_turns_and_people_are_the_same_speakers_in_order_of_appearance(
        self, provider: Diarizer, recording: MemoryRecording, speech: SpeechMap
    ) -> None:
        found = provider.diarize(recording, speech)
        appeared = list(dict.fromkeys(turn.speaker for turn in found.turns))
        assert appeared == [f"S{number}" for number in range(1, len(appeared) + 1)]
        assert [person.id for person in found.people] == appeared

    def test_people_speak_as_long_as_their_turns_last(
        self, provider: Diarizer, recording: MemoryRecording, speech: SpeechMap
    ) -> None:
        found = provider.diarize(recording, speech)
        for person in found.people:
            turns_ms = sum(t.span.duration_ms for t in found.turns if t.speaker == person.id)
            assert abs(person.speech_ms - turns_ms) <= 100

    def test_there_are_no_more_speakers_than_the_caller_knows_of(
        self, provider: Diarizer, recording: MemoryRecording, speech: SpeechMap
    ) -> None:
        assert len(provider.diarize(recording, speech, speakers=1).people) == 1
        assert len(provider.diarize(recording, speech, speakers=2).people) <= 2

    def test_the_shortest_word_has_a_speaker(
        self, provider: Diarizer, recording: MemoryRecording
    ) -> None:
        word = SpeechMap(spans=(TimeSpan(start_ms=600, end_ms=700),))
        assert len(provider.diarize(recording, word).people) == 1

    def test_one_person_is_one_speaker(self, provider: Diarizer, spoken: Spoken) -> None:
        found = provider.diarize(
            MemoryRecording(spoken.samples, spoken.sample_rate), SpeechMap(spans=(spoken.span,))
        )
        assert len(found.people) == 1

    def test_two_threads_are_told_what_one_is_told(
        self, provider: Diarizer, recording: MemoryRecording, speech: SpeechMap
    ) -> None:
        maps = [SpeechMap(spans=speech.spans[:count]) for count in (1, 2, 3, 4)]

        def diarize(spoken: SpeechMap) -> Speakers:
            return provider.diarize(recording, spoken)

        alone = [diarize(spoken) for spoken in maps]
        assert answers_from_two_threads(diarize, maps) == alone


class BatchDiarizerContract(DiarizerContract):
    """What a `BatchDiarizer` must do besides."""

    def test_it_takes_batches(self, provider: BatchDiarizer) -> None:
        assert isinstance(provider, BatchDiarizer)
        assert provider.takes_batches

    def test_a_batch_tells_what_the_recording_tells_as_often_as_it_is_collected(
        self, provider: BatchDiarizer, recording: MemoryRecording, speech: SpeechMap
    ) -> None:
        batch = provider.submit_batch(recording)
        told = [_collected(provider, batch, recording, speech) for _ in range(2)]
        assert told == [provider.diarize(recording, speech)] * 2

    def test_one_batch_answers_for_any_number_of_speakers(
        self, provider: BatchDiarizer, recording: MemoryRecording, speech: SpeechMap
    ) -> None:
        batch = provider.submit_batch(recording)
        alone = _collected(provider, batch, recording, speech, speakers=1)
        assert len(alone.people) == 1
        assert alone == provider.diarize(recording, speech, speakers=1)

    def test_a_batch_that_the_vendor_does_not_know_is_refused(
        self, provider: BatchDiarizer, recording: MemoryRecording, speech: SpeechMap
    ) -> None:
        batch = provider.submit_batch(recording)
        with pytest.raises(ProviderRejected):
            _collected(provider, f"{batch}0", recording, speech)


def _collected(
    provider: BatchDiarizer,
    batch: str,
    recording: MemoryRecording,
    speech: SpeechMap,
    *,
    speakers: int | None = None,
) -> Speakers:
    return provider.collect_batch(
        batch, recording, speech, speakers=speakers, is_cancelled=lambda: False
    )


def _joined(*voices: Samples) -> MemoryRecording:
    import numpy as np

    pause = silence(500, sample_rate=RATE)
    return MemoryRecording(np.concatenate([part for v in voices for part in (pause, v)]), RATE)
