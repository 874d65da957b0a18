"""Where voices are separated, in which channel they are, and what is left without them."""

import itertools
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.bootstrap import build_tools
from dubwright.domain.audio import Samples, SpeechClip, Stems
from dubwright.domain.language import parse_language
from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.media.probe import probe
from dubwright.media.wav import describe_raw
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.order import Bed, Order
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.separating import (
    background,
    separate,
    speech_regions,
    start_separation,
    voice_channel,
)
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.workspace import Workspace
from dubwright.settings import Settings
from dubwright.testing.sounds import babble, noise

RATE = 48_000


def level_db(samples: Samples) -> float:
    return 10 * float(np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-15))


@st.composite
def speech_maps(draw: st.DrawFn) -> tuple[SpeechMap, int]:
    """Speech in a file that may end with it or long after."""
    spans, free_from = [], 0
    gaps = st.one_of(st.integers(1, 3_000), st.integers(1, 60_000))
    for gap, length in draw(st.lists(st.tuples(gaps, st.integers(1, 90_000)), max_size=8)):
        spans.append(TimeSpan(start_ms=free_from + gap, end_ms=free_from + gap + length))
        free_from += gap + length
    return SpeechMap(spans=tuple(spans)), free_from + draw(st.integers(1, 5_000))


@given(speech_maps())
def test_regions_cover_all_speech_in_order_and_fit_the_separator(case):
    speech, end_ms = case
    regions = speech_regions(speech, end_ms)
    for one, following in itertools.pairwise(regions):
        assert one.end_ms <= following.start_ms
    assert all(region.duration_ms <= 30_000 for region in regions)
    assert all(0 <= region.start_ms < region.end_ms <= end_ms for region in regions)
    for span in speech.spans:
        assert sum(span.overlap_ms(region) for region in regions) == span.duration_ms


@given(speech_maps())
def test_regions_touch_or_lie_a_second_apart(case):
    """Regions nearer than that are one, so that the bed does not change for a moment."""
    regions = speech_regions(*case)
    gaps = [b.start_ms - a.end_ms for a, b in itertools.pairwise(regions)]
    assert all(gap == 0 or gap >= 1_000 for gap in gaps)


def test_speech_that_a_file_ends_in_is_separated_to_the_end():
    speech = SpeechMap(spans=(TimeSpan(start_ms=100, end_ms=2_300),))
    assert speech_regions(speech, 2_000) == (TimeSpan(start_ms=0, end_ms=2_000),)


VOICE = babble(2_000, sample_rate=RATE)
BED = np.stack([noise(2_000, sample_rate=RATE, level_dbfs=-45, seed=n) for n in (1, 2)], axis=1)


@pytest.mark.parametrize(
    "sides", [(1, 1), (1, 0.3), (0.2, 0.9), (1, 0), (0, 1)], ids=lambda sides: f"{sides}"
)
def test_a_voice_leaves_both_channels_wherever_it_stands(sides):
    pan = np.array(sides, np.float32)
    frames = BED + VOICE[:, None] * pan
    bed = background(frames, VOICE * pan.mean(), "stereo")
    for channel in range(2):
        assert level_db(bed[:, channel] - BED[:, channel]) < level_db(VOICE) - 30


def test_a_mix_without_voices_is_its_own_background():
    silent = np.zeros(len(BED), np.float32)
    assert np.array_equal(background(BED, silent, "stereo"), BED)


@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_music_that_a_separator_takes_for_a_quiet_voice_is_hardly_touched(layout):
    frames = BED[:, :1] if layout == "mono" else BED[:, :1] * np.ones(2, np.float32)
    bed = background(frames, 0.05 * frames[:, 0], layout)
    assert level_db(bed) == pytest.approx(level_db(frames), abs=1)


def test_a_voice_in_the_centre_leaves_the_other_channels_alone():
    frames = np.stack([noise(2_000, sample_rate=RATE, seed=n) for n in range(6)], axis=1)
    surround = [0, 1, 3, 4, 5]
    before = frames[:, surround].copy()
    frames[:, 2] += VOICE
    bed = background(frames, VOICE, "5.1")
    assert level_db(bed[:, surround] - before) < level_db(before) - 35


@pytest.mark.parametrize("layout", ["5.1", "5.1(side)", "5.0", "7.1", "3.0", "3.1", "4.0"])
def test_the_voices_of_a_film_with_a_centre_are_in_the_centre(layout):
    frames = np.arange(24, dtype=np.float32).reshape(3, 8)
    assert voice_channel(frames, layout).tolist() == [2, 10, 18]


@pytest.mark.parametrize("layout", ["mono", "stereo", "quad", "3.0(back)"])
def test_without_a_centre_the_voices_are_in_the_middle(layout):
    channels = {"mono": 1, "stereo": 2, "quad": 4, "3.0(back)": 3}[layout]
    frames = np.tile(np.arange(channels, dtype=np.float32), (3, 1))
    assert voice_channel(frames, layout).tolist() == [(channels - 1) / 2] * 3


class Inverter:
    """Says that everything is voice, upside down; notes how much it heard."""

    name = "inverter"
    fingerprint = "inverter/1"
    removes_speech = True

    def __init__(self) -> None:
        self.heard: list[int] = []

    def separate(self, clip: SpeechClip) -> Stems:
        self.heard.append(clip.duration_ms)
        return Stems(vocals=-clip.samples, background=2 * clip.samples)


@pytest.mark.parametrize(("start_ms", "heard_ms"), [(0, 400), (200, 600), (1_000, 900)])
def test_a_stem_is_its_region_and_the_separator_hears_a_run_up(tmp_path, start_ms, heard_ms):
    (tmp_path / "mix").mkdir()
    raw = tmp_path / "mix" / "mix.raw"
    frames = np.arange(2 * RATE, dtype="<f4")
    frames.tofile(raw)
    describe_raw(raw, channels=1, layout="mono", sample_rate=RATE)
    region = TimeSpan(start_ms=start_ms, end_ms=start_ms + 400)
    separator, stem = Inverter(), tmp_path / "stem.npy"
    separate(stem, Path(tmp_path / "mix"), region, separator)
    first = start_ms * 48
    assert np.array_equal(np.load(stem), -frames[first : first + 400 * 48])
    assert separator.heard == [heard_ms]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of picture and noise."""
    video = tmp_path_factory.mktemp("film") / "film.mp4"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=d=2:s=160x90:r=25"),
            *("-f", "lavfi", "-i", "anoisesrc=d=2:r=48000:a=0.1:seed=1"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(video)),
        ],
        check=True,
        timeout=60,
    )
    return video


@pytest.mark.parametrize(
    ("keep_background", "voice_over", "separated_ms"),
    [(True, False, [1_900]), (False, False, []), (True, True, [])],
)
def test_voices_are_separated_where_the_background_is_to_be_kept_without_them(
    film, tmp_path, keep_background, voice_over, separated_ms
):
    source = probe(film)
    speech = SpeechMap(spans=(TimeSpan(start_ms=500, end_ms=1_500),))
    heard = Listened(film, source, source.audio[0], tmp_path / "sound.wav", speech)
    separator = Inverter()
    tools = replace(
        build_tools(Settings(), chosen={"source_separator": "none"}), separator=separator
    )
    run = Runner(
        Workspace(tmp_path), workers=1, progress=lambda _: None, is_cancelled=lambda: False
    )
    order = Order(
        target_language=parse_language("pt"),
        keep_background=keep_background,
        bed=Bed(voice_over=voice_over),
    )
    with run.pool() as pool:
        sound = start_separation(order, heard, Studio(tools, run, pool)).wait(pool)
    assert (sound.stems is not None) is bool(separated_ms)
    assert separator.heard == separated_ms
