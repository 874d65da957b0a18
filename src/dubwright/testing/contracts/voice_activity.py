"""What every `VoiceActivity` must do."""

from itertools import pairwise

import pytest

from dubwright.domain.speech import SpeechMap
from dubwright.ports import VoiceActivity
from dubwright.testing.contracts.provider import ProviderContract, answers_from_two_threads
from dubwright.testing.contracts.spoken import Spoken
from dubwright.testing.sounds import MemoryRecording, babble, noise, silence

RATE = 16_000


class VoiceActivityContract(ProviderContract):
    def test_nobody_speaks_in_silence(self, provider: VoiceActivity) -> None:
        quiet = MemoryRecording(silence(3_000, sample_rate=RATE), RATE)
        assert provider.detect(quiet).spans == ()

    def test_nobody_speaks_in_an_empty_recording(self, provider: VoiceActivity) -> None:
        assert provider.detect(MemoryRecording(silence(0, sample_rate=RATE), RATE)).spans == ()

    @pytest.mark.parametrize("duration_ms", [7, 999, 4_321])
    def test_spans_are_in_order_apart_and_inside_the_recording(
        self, provider: VoiceActivity, duration_ms: int
    ) -> None:
        recording = MemoryRecording(babble(duration_ms, sample_rate=RATE), RATE)
        _require_order(provider.detect(recording), recording.duration_ms)

    def test_speech_is_found_where_it_is(self, provider: VoiceActivity, spoken: Spoken) -> None:
        found = provider.detect(MemoryRecording(spoken.samples, spoken.sample_rate)).spans
        heard_ms = sum(span.overlap_ms(spoken.span) for span in found)
        outside_ms = sum(span.duration_ms for span in found) - heard_ms
        assert heard_ms >= 0.6 * spoken.span.duration_ms, "most of the speech was missed"
        assert outside_ms <= 600, "it found speech where there is none"

    def test_two_threads_hear_what_one_hears(self, provider: VoiceActivity) -> None:
        recordings = [
            MemoryRecording(babble(2_000, sample_rate=RATE, seed=1), RATE),
            MemoryRecording(noise(2_000, sample_rate=RATE), RATE),
            MemoryRecording(silence(1_000, sample_rate=RATE), RATE),
            MemoryRecording(babble(3_000, sample_rate=RATE, seed=2), RATE),
        ]
        alone = [provider.detect(recording) for recording in recordings]
        assert answers_from_two_threads(provider.detect, recordings) == alone


def _require_order(speech: SpeechMap, duration_ms: int) -> None:
    assert all(one.end_ms < other.start_ms for one, other in pairwise(speech.spans)), "they touch"
    assert all(span.end_ms <= duration_ms for span in speech.spans), "one is past the end"
