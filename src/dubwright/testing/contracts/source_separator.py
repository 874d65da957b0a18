"""What every `SourceSeparator` must do."""

import numpy as np
import pytest

from dubwright.domain.audio import Samples, SpeechClip, Stems
from dubwright.ports import SourceSeparator
from dubwright.testing.contracts.provider import ProviderContract, answers_from_two_threads
from dubwright.testing.contracts.spoken import Spoken
from dubwright.testing.sounds import babble, noise, silence

RATE = 48_000


class SourceSeparatorContract(ProviderContract):
    """The fixture `spoken` has to be at 48 kHz here, and no louder than -6 dBFS."""

    @pytest.mark.parametrize("length", [0, 1, 479, 48_000, 100_001])
    def test_stems_are_as_long_as_the_clip(self, provider: SourceSeparator, length: int) -> None:
        clip = SpeechClip(noise(3_000, sample_rate=RATE)[:length], RATE)
        for stem in _both(provider.separate(clip)):
            assert len(stem) == length

    def test_stems_are_finite_float32_mono(self, provider: SourceSeparator) -> None:
        for stem in _both(provider.separate(_mix())):
            assert stem.dtype == np.float32
            assert stem.ndim == 1
            assert np.isfinite(stem).all()

    def test_the_stems_together_are_the_mix(self, provider: SourceSeparator) -> None:
        clip = _mix()
        stems = provider.separate(clip)
        assert np.abs(stems.vocals + stems.background - clip.samples).max() < 1e-3

    def test_silence_stays_silent(self, provider: SourceSeparator) -> None:
        stems = provider.separate(SpeechClip(silence(1_000, sample_rate=RATE), RATE))
        assert all(np.abs(stem).max() < 1e-3 for stem in _both(stems))

    def test_a_background_without_speech_is_kept(self, provider: SourceSeparator) -> None:
        clip = SpeechClip(noise(3_000, sample_rate=RATE), RATE)
        kept_db = _level_db(provider.separate(clip).background) - _level_db(clip.samples)
        assert abs(kept_db) <= 3, f"the level changed by {kept_db:.1f} dB"

    def test_it_removes_speech_if_it_says_so(
        self, provider: SourceSeparator, spoken: Spoken
    ) -> None:
        background = provider.separate(SpeechClip(spoken.samples, spoken.sample_rate)).background
        left_db = _level_db(background) - _level_db(spoken.samples)
        if provider.removes_speech:
            assert left_db <= -10, f"speech is {-left_db:.1f} dB down"
        else:
            assert left_db > -10, "it removes speech without saying so"

    def test_the_mix_is_left_alone(self, provider: SourceSeparator) -> None:
        clip = _mix()
        before = clip.samples.copy()
        provider.separate(clip)
        assert np.array_equal(clip.samples, before)

    def test_two_threads_are_given_what_one_is_given(self, provider: SourceSeparator) -> None:
        clips = [
            SpeechClip(noise(1_000, sample_rate=RATE, seed=seed), RATE) for seed in range(1, 5)
        ]
        alone = [provider.separate(clip) for clip in clips]
        together = answers_from_two_threads(provider.separate, clips)
        for one, other in zip(alone, together, strict=True):
            assert np.array_equal(one.background, other.background)


def _mix() -> SpeechClip:
    voice = babble(2_000, sample_rate=RATE)
    return SpeechClip(voice + noise(2_000, sample_rate=RATE, level_dbfs=-40), RATE)


def _both(stems: Stems) -> tuple[Samples, Samples]:
    return stems.vocals, stems.background


def _level_db(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))
