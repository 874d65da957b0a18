"""Voice activity: the pure spans, the blocks, and what the network makes of music."""

from itertools import pairwise

import numpy as np
import pytest
from engine_room import SoundInMemory, evaluation_sound
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.errors import ProviderRejected
from dubwright.providers.silero import FRAME_MS, SileroOptions, SileroVoiceActivity, speech_spans

PLAIN = SileroOptions(threshold=0.5, min_speech_ms=0, min_silence_ms=100, pad_ms=0)


def spans(values: list[float], options: SileroOptions = PLAIN) -> list[tuple[int, int]]:
    found = speech_spans(
        np.asarray(values, np.float32), options, duration_ms=len(values) * FRAME_MS
    )
    return [(span.start_ms, span.end_ms) for span in found]


def test_speech_starts_at_the_threshold_and_ends_well_below_it() -> None:
    assert spans([0.4, 0.6, 0.4, 0.4, 0.2, 0.2]) == [(32, 128)]


def test_a_short_pause_is_bridged_and_a_long_one_is_not() -> None:
    assert spans([0.9, 0, 0, 0, 0.9]) == [(0, 160)]
    assert spans([0.9, 0, 0, 0, 0, 0.9]) == [(0, 32), (160, 192)]


def test_a_click_is_not_speech() -> None:
    patient = PLAIN.model_copy(update={"min_speech_ms": 64})

    assert spans([0, 0.9, 0, 0, 0, 0, 0.9, 0.9], patient) == [(192, 256)]


def test_what_never_reaches_the_threshold_is_not_speech() -> None:
    assert spans([0.45] * 50) == []
    assert spans([]) == []


@given(
    st.lists(st.floats(0, 1, width=32), max_size=200),
    st.integers(32, 600),
    st.integers(0, 500),
    st.integers(0, 300),
)
def test_spans_are_ordered_apart_and_within_the_recording(
    values: list[float], min_silence_ms: int, min_speech_ms: int, pad_ms: int
) -> None:
    options = SileroOptions(
        min_silence_ms=min_silence_ms, min_speech_ms=min_speech_ms, pad_ms=pad_ms
    )

    found = spans(values, options)

    assert all(one[1] < other[0] for one, other in pairwise(found))
    assert all(0 <= start < end <= len(values) * FRAME_MS for start, end in found)


def test_only_16_khz_is_searched() -> None:
    activity = SileroVoiceActivity(SileroOptions())

    with pytest.raises(ProviderRejected, match="48000"):
        activity.detect(SoundInMemory(np.zeros(480, np.float32), 48_000))


@pytest.mark.engines
@pytest.mark.parametrize("seconds", [0, 0.01, 1, 61])
def test_silence_holds_no_speech(seconds: float) -> None:
    silence = SoundInMemory(np.zeros(round(seconds * 16_000), np.float32))

    assert SileroVoiceActivity(SileroOptions()).detect(silence).spans == ()


@pytest.mark.engines
@pytest.mark.evaluation
@pytest.mark.parametrize("name", ["nospeech_bbb_480p_30s_51.mp4", "nospeech_flower.mp4"])
def test_a_film_without_speech_holds_none(name: str) -> None:
    film = SoundInMemory(evaluation_sound(f"video/{name}").samples)

    assert SileroVoiceActivity(SileroOptions()).detect(film).spans == ()


@pytest.mark.engines
@pytest.mark.evaluation
def test_a_block_edge_in_the_middle_of_speech_changes_nothing() -> None:
    from faster_whisper.vad import get_vad_model

    speech = np.tile(evaluation_sound("speech/en/jfk_1961_moon.flac").samples, 4)
    whole = speech[: len(speech) // 512 * 512]
    options = SileroOptions()
    in_one_go = speech_spans(
        get_vad_model()(whole).reshape(-1), options, duration_ms=len(whole) // 16
    )

    in_blocks = SileroVoiceActivity(options).detect(SoundInMemory(whole)).spans

    assert in_one_go[-1].end_ms > 80_000
    assert in_blocks == in_one_go
