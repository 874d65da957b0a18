"""Mastering by blocks: as loud as wanted, within its peak, and each block made from its score alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dubwright.domain.audio import Samples
from dubwright.domain.timeline import TimeSpan
from dubwright.media.aac import BLOCK_SAMPLES, UNIT_SAMPLES, adts_packets, join, packets_of
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import measure_file
from dubwright.media.master import Levelling
from dubwright.media.mix_plan import LaidLine, MixPlan
from dubwright.media.wav import Excerpt, RawSound, describe_raw
from dubwright.pipeline.mastering import Desk, Mastered, ceilings_db, master_blocks
from dubwright.pipeline.playback import speech_in
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.score import blocks_of
from dubwright.pipeline.workspace import Workspace
from dubwright.providers.energy import EnergyOptions, EnergyVoiceActivity
from dubwright.testing.sounds import babble, noise

RATE = 48_000
SECONDS = 64


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> RawSound:
    """Stereo noise of 64 s: three blocks."""
    path = tmp_path_factory.mktemp("mix") / "mix.raw"
    sides = [noise(SECONDS * 1000, sample_rate=RATE, level_dbfs=-38, seed=n) for n in (1, 2)]
    np.stack(sides, axis=1).astype("<f4").tofile(path)
    return describe_raw(path, channels=2, layout="stereo", sample_rate=RATE)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """One workspace for all: what one test has made, the next one finds."""
    work = Workspace(tmp_path_factory.mktemp("work"))
    return Runner(work, workers=2, progress=lambda _: None, is_cancelled=lambda: False)


def said(start_ms: int, *, seed: int, lasts_ms: int = 1_500, gain_db: float = 0.0) -> LaidLine:
    samples = babble(lasts_ms, sample_rate=RATE, seed=seed)
    return LaidLine(start_ms, len(samples), samples.copy, gain_db, name=f"take{seed}")


def lines() -> tuple[LaidLine, ...]:
    return tuple(said(3_000 * n + 500, seed=n) for n in range(SECONDS // 3))


def mastered(
    plan: MixPlan, run: Runner, wanted_lufs: float, earlier: Levelling | None = None
) -> Mastered:
    folder = plan.original.path.parent
    desk = Desk(blocks_of(plan, None), folder, plan.original.layout, Ffmpeg(), run)
    return master_blocks(desk, wanted_lufs, earlier)


def samples_of(blocks: Sequence[Path], folder: Path) -> Samples:
    join(blocks, folder / "joined.aac", primed=True)
    raw = Ffmpeg().run(
        ["-f", "aac", "-i", str(folder / "joined.aac"), "-f", "f32le", "pipe:1"], timeout_s=60
    )
    return np.frombuffer(raw, "<f4").reshape(-1, 2)[1024:]


@pytest.mark.parametrize("wanted_lufs", [-30.0, -20.0])
def test_the_joined_blocks_are_as_loud_as_wanted_and_as_told(original, run, tmp_path, wanted_lufs):
    made = mastered(MixPlan(original, lines(), ()), run, wanted_lufs)
    join(made.blocks, tmp_path / "dub.aac", primed=True)
    heard = measure_file(tmp_path / "dub.aac", duration_ms=SECONDS * 1000, ffmpeg=Ffmpeg())
    told = made.playback.loudness
    assert told.integrated_lufs == pytest.approx(wanted_lufs, abs=0.6)
    assert told.integrated_lufs == pytest.approx(heard.integrated_lufs, abs=0.1)
    assert told.true_peak_dbtp == pytest.approx(heard.true_peak_dbtp, abs=0.3)


def test_a_loud_master_keeps_its_peak_below_the_promise(original, run, tmp_path):
    made = mastered(MixPlan(original, lines(), ()), run, -9.0)
    join(made.blocks, tmp_path / "dub.aac", primed=True)
    heard = measure_file(tmp_path / "dub.aac", duration_ms=SECONDS * 1000, ffmpeg=Ffmpeg())
    assert heard.true_peak_dbtp <= -1.0 + 0.1
    assert max(made.playback.peaks_dbtp) <= -1.0


def test_the_blocks_have_every_packet_once(original, run):
    made = mastered(MixPlan(original, lines(), ()), run, -25.0)
    counts = [len(list(adts_packets(block.read_bytes()))) for block in made.blocks]
    assert sum(counts) == packets_of(original.frames)
    assert len(set(counts[:-1])) == 1


@pytest.mark.parametrize("edited", [0, 9, 12, -1])
def test_an_edited_line_changes_no_sample_far_from_it(original, run, tmp_path, edited):
    before = mastered(MixPlan(original, lines(), ()), run, -12.0)
    other = list(lines())
    other[edited] = said(other[edited].start_ms, seed=77, lasts_ms=1_200)
    after = mastered(MixPlan(original, tuple(other), ()), run, -12.0, before.levelling)
    heard = [samples_of(one.blocks, tmp_path) for one in (before, after)]
    apart = np.flatnonzero((heard[0] != heard[1]).any(axis=1)) * 1000 // RATE
    start_ms = other[edited].start_ms
    assert start_ms - 2_000 <= apart[0]
    assert apart[-1] <= start_ms + 1_500 + 2_000
    remade = sum(one != other for one, other in zip(before.blocks, after.blocks, strict=True))
    assert 1 <= remade <= 2


def test_an_earlier_levelling_is_left_where_it_breaks_the_promise(original, run):
    far_off = Levelling(gain_db=-14.0, ceiling_dbtp=-2.0)
    made = mastered(MixPlan(original, lines(), ()), run, -25.0, far_off)
    assert made.levelling != far_off
    assert made.playback.loudness.integrated_lufs == pytest.approx(-25.0, abs=0.6)


def test_a_second_master_is_the_first_one(original, run):
    plan = MixPlan(original, lines(), ())
    assert mastered(plan, run, -25.0) == mastered(plan, run, -25.0)


def test_what_is_played_back_lasts_as_long_and_sounds_where_it_was_laid(original, run):
    made = mastered(MixPlan(original, (said(30_000, seed=3),), ()), run, -30.0)
    recording = made.playback.recording
    assert recording.duration_ms == SECONDS * 1000
    assert len(recording.read(TimeSpan(start_ms=0, end_ms=SECONDS * 1000)).samples) == 64 * 16_000
    level = [
        float(np.std(recording.read(TimeSpan(start_ms=ms, end_ms=ms + 1_000)).samples))
        for ms in (27_000, 28_172, 30_200, 33_000)
    ]
    assert level[2] > 3 * max(level[0], level[1], level[3])


def test_speech_found_block_by_block_is_the_speech_of_the_whole(original, run):
    made = mastered(MixPlan(original, lines(), ()), run, -20.0)
    voice_activity = EnergyVoiceActivity(EnergyOptions(threshold_dbfs=-22))
    whole = voice_activity.detect(made.playback.recording)
    by_blocks = speech_in(made.playback, voice_activity, run)
    assert len(whole.spans) >= 15
    for one, other in zip(whole.spans, by_blocks.spans, strict=True):
        assert abs(one.start_ms - other.start_ms) <= 60
        assert abs(one.end_ms - other.end_ms) <= 60


def test_windows_that_sound_alike_have_one_fingerprint(original, run):
    recording = mastered(MixPlan(original, lines(), ()), run, -25.0).playback.recording
    spans = [TimeSpan(start_ms=start, end_ms=start + 2_000) for start in (5_000, 27_500, 50_000)]
    prints = {Excerpt(recording, span).fingerprint for span in spans}
    assert len(prints) == 3
    assert Excerpt(recording, spans[1]).fingerprint in prints


def test_a_lowered_ceiling_has_soft_borders_and_is_the_same_in_every_window():
    levelling = Levelling(gain_db=0, ceiling_dbtp=-2.0, lowered={3: -3.0})
    whole = ceilings_db(levelling, 0, 6 * UNIT_SAMPLES)
    assert isinstance(whole, np.ndarray)
    assert np.abs(np.diff(whole)).max() < 0.01
    assert (whole[: 3 * UNIT_SAMPLES - 5_000] == -2.0).all()
    assert (whole[3 * UNIT_SAMPLES : 4 * UNIT_SAMPLES] == -3.0).all()
    part = ceilings_db(levelling, 3 * UNIT_SAMPLES - 2_000, 10_000)
    assert np.array_equal(part, whole[3 * UNIT_SAMPLES - 2_000 :][:10_000])
    assert ceilings_db(levelling, 5 * UNIT_SAMPLES, 1_000) == -2.0


def test_a_score_names_what_is_heard_in_a_block_and_nothing_else(original):
    plan = MixPlan(original, lines(), (TimeSpan(start_ms=1_000, end_ms=60_000),))
    scores = [block.score for block in blocks_of(plan, None)]
    named = [{take.take for take in score.takes} for score in scores]
    assert "take0" in named[0]
    assert "take0" not in named[1] | named[2]
    assert named[0] & named[1] <= {"take8", "take9", "take10"}
    block_ms = BLOCK_SAMPLES * 1000 // RATE
    assert scores[0].speech[0].end_ms < block_ms + 3_000
