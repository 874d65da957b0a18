"""The bed under the dub, block by block, and takes that have to be stretched."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubwright.domain.audio import Samples
from dubwright.domain.fit import Placement
from dubwright.domain.speech import SpeakerId
from dubwright.domain.timeline import TimeSpan
from dubwright.media.mix import BLOCK_FRAMES
from dubwright.media.mix_plan import MixPlan
from dubwright.media.wav import RawSound, describe_raw
from dubwright.pipeline.laying import SeparatedBed, needs_stretching
from dubwright.pipeline.score import blocks_of as scored_blocks
from dubwright.pipeline.separating import VocalStem
from dubwright.testing.sounds import noise

RATE = 48_000
SECONDS = 65


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Stereo, a little over two blocks of the mixer."""
    sides = [noise(SECONDS * 1000, sample_rate=RATE, level_dbfs=-40, seed=n) for n in (1, 2)]
    return np.stack(sides, axis=1)


def mixed(folder: Path, frames: Samples) -> RawSound:
    path = folder / "mix.raw"
    frames.astype("<f4").tofile(path)
    return describe_raw(path, channels=2, layout="stereo", sample_rate=RATE)


def voiced(folder: Path, music: Samples, *regions: TimeSpan) -> tuple[RawSound, list[VocalStem]]:
    """The music with a voice in the middle of each region, and the stems that a separator gives."""
    frames, stems = music.copy(), []
    for number, region in enumerate(regions):
        at, length = region.start_ms * 48, region.duration_ms * 48
        voice = noise(region.duration_ms, sample_rate=RATE, level_dbfs=-12, seed=100 + number)
        frames[at : at + length] += voice[:, None]
        np.save(folder / f"stem{number}.npy", voice)
        stems.append(VocalStem(region, folder / f"stem{number}.npy"))
    return mixed(folder, frames), stems


def blocks_of(bed: SeparatedBed) -> list[Samples | None]:
    return [bed(number) for number in range(-(-bed.mix.frames // BLOCK_FRAMES))]


def span(start_ms: int, end_ms: int) -> TimeSpan:
    return TimeSpan(start_ms=start_ms, end_ms=end_ms)


def test_the_bed_is_the_music_alone_where_voices_were_and_the_original_elsewhere(tmp_path, music):
    regions = [span(2_000, 9_000), span(25_000, 40_000), span(40_000, 41_000)]
    original, stems = voiced(tmp_path, music, *regions)
    blocks = blocks_of(SeparatedBed(original, stems))
    bed = np.concatenate([block for block in blocks if block is not None])
    assert len(bed) == 2 * BLOCK_FRAMES
    without = np.zeros(len(bed), np.bool_)
    for region in regions:
        without[region.start_ms * 48 : region.end_ms * 48] = True
    untouched = original.read(0, len(bed))
    assert np.array_equal(bed[~without], untouched[~without])
    leftover = np.sqrt(np.mean(np.square(bed[without] - music[: len(bed)][without])))
    assert 20 * np.log10(leftover) < -60
    assert 20 * np.log10(np.std(untouched[without])) > -13


def test_a_block_without_voices_is_left_to_the_original(tmp_path, music):
    original, stems = voiced(tmp_path, music, span(1_000, 2_000))
    assert [block is None for block in blocks_of(SeparatedBed(original, stems))] == [
        False,
        True,
        True,
    ]


def test_the_last_block_is_as_short_as_the_sound(tmp_path, music):
    original, stems = voiced(tmp_path, music, span(61_000, 65_000))
    last = SeparatedBed(original, stems)(2)
    assert last is not None
    assert last.shape == (original.frames - 2 * BLOCK_FRAMES, 2)


@settings(max_examples=10)
@given(st.integers(0, 64_000), st.integers(20, 8_000))
def test_a_region_sounds_the_same_wherever_the_blocks_are_cut(tmp_path_factory, start_ms, lasts_ms):
    frames = np.zeros((SECONDS * RATE, 2), np.float32)
    region = span(start_ms, min(SECONDS * 1000, start_ms + lasts_ms))
    original, stems = voiced(tmp_path_factory.mktemp("bed"), frames, region)
    blocks = blocks_of(SeparatedBed(original, stems))
    loudest = max(float(np.abs(block).max()) for block in blocks if block is not None)
    assert loudest < 1e-4


@pytest.mark.parametrize(("longer_ms", "is_stretched"), [(-500, False), (3, False), (4, True)])
def test_only_a_take_that_is_longer_than_its_place_is_stretched(longer_ms, is_stretched):
    placed = Placement(utterance=1, speaker=SpeakerId("S1"), start_ms=0, duration_ms=1_000, speed=1)
    assert needs_stretching(1_000 + longer_ms, placed) is is_stretched


def test_the_score_of_a_block_tells_of_the_gain_of_the_bed_only_where_there_is_one(tmp_path, music):
    """What was mixed before there was a choice keeps its keys."""
    original = mixed(tmp_path, music)
    usual, quieter = (
        scored_blocks(MixPlan(original, (), (), bed_db=bed_db), None)[0].score
        for bed_db in (0.0, -12.0)
    )
    told = {"block", "takes", "speech", "keep", "stems"}
    assert usual.model_dump().keys() == told
    assert quieter.model_dump() == {**usual.model_dump(), "bed_db": -12.0}
