"""The separator: stems that line up, a background without the voice, nothing shared between clips."""

import threading
from pathlib import Path

import numpy as np
import pytest
from engine_room import clip_of, evaluation_sound
from hypothesis import given, settings
from hypothesis import strategies as st

from dubwright.catalogue import default_store
from dubwright.domain.audio import Samples, SpeechClip, Stems
from dubwright.domain.errors import ProviderNotReady, ProviderRejected
from dubwright.providers.deepfilter import DeepFilterOptions, DeepFilterSeparator
from dubwright.providers.deepfilter.residue import residue

RATE = 48_000


def noise(seconds: float, *, level: float = 0.1) -> Samples:
    return np.random.default_rng(3).normal(0, level, round(seconds * RATE)).astype(np.float32)


def level_db(sound: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(sound)) + 1e-12))


def leak_db(part: Samples, *, within: Samples) -> float:
    """How loud `part` is inside another sound, against itself."""
    return float(20 * np.log10(abs(part @ within) / (part @ part) + 1e-9))


@settings(max_examples=25)
@given(st.integers(0, 6_000))
def test_without_speech_the_background_is_the_mix(length: int) -> None:
    mix = noise(0.2)[:length]

    kept = residue(mix, np.zeros_like(mix), oversubtraction=2)

    assert kept.dtype == np.float32
    np.testing.assert_allclose(kept, mix, atol=1e-6)


def test_a_voice_lowered_only_half_is_taken_out_whole() -> None:
    mix = noise(0.5)

    assert level_db(residue(mix, 0.5 * mix, oversubtraction=2)) < level_db(mix) - 60


def test_only_48_khz_is_separated() -> None:
    separator = DeepFilterSeparator(DeepFilterOptions())

    with pytest.raises(ProviderRejected, match="16000"):
        separator.separate(clip_of(np.zeros(100)))


def test_a_file_that_is_no_library_is_not_ready(tmp_path: Path) -> None:
    for name in ("libdeepfilter.so", "DeepFilterNet3_onnx.tar.gz"):
        (tmp_path / name).write_bytes(b"neither library nor archive")
    separator = DeepFilterSeparator(DeepFilterOptions(models=tmp_path))

    with pytest.raises(ProviderNotReady, match="does not load on this machine"):
        separator.separate(clip_of(np.zeros(4_800), rate=RATE))


def test_every_option_that_changes_the_sound_changes_the_fingerprint() -> None:
    plain = DeepFilterSeparator(DeepFilterOptions()).fingerprint

    assert DeepFilterSeparator(DeepFilterOptions(attenuation_db=30)).fingerprint != plain
    assert DeepFilterSeparator(DeepFilterOptions(oversubtraction=1)).fingerprint != plain


@pytest.fixture(scope="module")
def separator() -> DeepFilterSeparator:
    deepfilter = DeepFilterSeparator(DeepFilterOptions())
    try:
        deepfilter.check()
    except ProviderNotReady as exc:
        pytest.skip(exc.message)
    return deepfilter


@pytest.mark.engines
def test_damaged_weights_are_refused_before_the_library_sees_them(
    separator: DeepFilterSeparator, tmp_path: Path
) -> None:
    model = default_store().locate("deepfilternet3")
    (tmp_path / "libdeepfilter.so").symlink_to(model / "libdeepfilter.so")
    (tmp_path / "DeepFilterNet3_onnx.tar.gz").write_bytes(b"no archive")
    damaged = DeepFilterSeparator(DeepFilterOptions(models=tmp_path))

    with pytest.raises(ProviderNotReady, match="not a model archive"):
        damaged.separate(clip_of(np.zeros(4_800), rate=RATE))
    assert separator.removes_speech


@pytest.mark.engines
@pytest.mark.parametrize("length", [0, 1, 479, 480, 20_000])
def test_stems_of_any_length_add_up_to_the_mix(separator: DeepFilterSeparator, length: int) -> None:
    mix = noise(0.5)[:length]

    stems = separator.separate(SpeechClip(mix, RATE))

    assert len(stems.vocals) == len(stems.background) == length
    np.testing.assert_allclose(stems.vocals + stems.background, mix, atol=1e-6)


@pytest.mark.engines
def test_the_callers_arithmetic_keeps_its_smallest_numbers(separator: DeepFilterSeparator) -> None:
    smallest = 5e-324

    separator.separate(SpeechClip(noise(0.1), RATE))

    assert smallest * 1.0 > 0


@pytest.mark.engines
@pytest.mark.evaluation
@pytest.mark.parametrize(
    ("voice", "most_leak_db"),
    [
        pytest.param("video/en_tutorial_1speaker.speech.opus", -35, id="close"),
        pytest.param("video/en_dialogue_2speakers.speech.opus", -18, id="in-a-room"),
    ],
)
def test_the_voice_leaves_the_background_and_the_music_stays(
    separator: DeepFilterSeparator, voice: str, most_leak_db: float
) -> None:
    speech = evaluation_sound(voice, rate=RATE).samples[3 * RATE : 13 * RATE]
    film = evaluation_sound("video/nospeech_bbb_480p_30s_51.mp4", rate=RATE).samples
    music = film[RATE : 11 * RATE]
    music = music * np.float32(0.3 * np.sqrt((speech @ speech) / (music @ music)))

    stems = separator.separate(SpeechClip(speech + music, RATE))

    assert leak_db(speech, within=stems.background) < most_leak_db
    assert leak_db(music, within=stems.background) > -6


@pytest.mark.engines
@pytest.mark.evaluation
def test_the_start_of_a_clip_is_as_good_as_its_middle(separator: DeepFilterSeparator) -> None:
    mix = evaluation_sound("video/en_tutorial_1speaker.mp4", rate=RATE).samples[: 20 * RATE]
    whole = separator.separate(SpeechClip(mix, RATE)).background
    late = separator.separate(SpeechClip(mix[8 * RATE :], RATE)).background

    start = slice(0, RATE // 2)
    difference = late[start] - whole[8 * RATE :][start]
    assert level_db(difference) < level_db(mix[8 * RATE :][start]) - 20


@pytest.mark.engines
def test_clips_separated_at_once_come_out_as_alone(separator: DeepFilterSeparator) -> None:
    clip = SpeechClip(noise(1.0), RATE)
    alone = separator.separate(clip)
    found: list[Stems] = []
    threads = [
        threading.Thread(target=lambda: found.append(separator.separate(clip))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
    assert all(np.array_equal(stems.background, alone.background) for stems in found)
