from functools import partial
from pathlib import Path

import numpy as np
import pytest
from footage import RATE, raw_sound, tone
from hypothesis import given, settings
from hypothesis import strategies as st

from dubwright.domain.audio import Samples
from dubwright.domain.errors import Cancelled
from dubwright.domain.timeline import TimeSpan
from dubwright.media.levels import speech_level_db
from dubwright.media.line_gains import line_gains_db, placement
from dubwright.media.mix import BLOCK_FRAMES, mix, mixed
from dubwright.media.mix_plan import LaidLine, MixPlan, excerpt
from dubwright.media.ramps import cover
from dubwright.media.wav import RawSound

SECONDS = 4


def _noise(seconds: float, channels: int = 2, seed: int = 1) -> Samples:
    random = np.random.default_rng(seed)
    return (0.1 * random.standard_normal((round(seconds * RATE), channels))).astype(np.float32)


def _line(start_ms: int, samples: Samples, gain_db: float = 0.0) -> LaidLine:
    return LaidLine(start_ms, len(samples), samples.copy, gain_db)


def _level_db(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2)))


def _at(ms: int) -> int:
    return ms * RATE // 1000


SPEECH = TimeSpan(start_ms=1000, end_ms=2000)


@pytest.fixture
def original(tmp_path: Path) -> RawSound:
    return raw_sound(tmp_path / "original.raw", _noise(SECONDS), "stereo")


def _mixed(plan: MixPlan, folder: Path) -> Samples:
    made = mix(plan, folder / "mixed.raw")
    return made.read(0, made.frames)


def test_without_speech_or_lines_the_mix_is_the_original(
    original: RawSound, tmp_path: Path
) -> None:
    mixed = _mixed(MixPlan(original, (), ()), tmp_path)
    assert np.array_equal(mixed, original.read(0, original.frames))


def test_without_a_background_the_original_steps_back_by_the_depth(
    original: RawSound, tmp_path: Path
) -> None:
    mixed, before = _mixed(MixPlan(original, (), (SPEECH,)), tmp_path), original.read(0, 10**9)
    inside = slice(_at(1000), _at(2000))
    change = _level_db(mixed[inside]) - _level_db(before[: original.frames][inside])
    assert change == pytest.approx(-12, abs=0.01)


@pytest.mark.parametrize("bed_db", [-20.0, 6.0])
def test_the_bed_has_its_gain_and_the_lines_have_not(
    original: RawSound, tmp_path: Path, bed_db: float
) -> None:
    line = _line(2500, tone(0.5))
    usual = _mixed(MixPlan(original, (line,), ()), tmp_path)
    alone = usual - _mixed(MixPlan(original, (_line(2500, 0 * tone(0.5)),), ()), tmp_path)
    other = _mixed(MixPlan(original, (line,), (), bed_db=bed_db), tmp_path)
    bed = (usual - alone) * 10 ** (bed_db / 20)
    assert np.abs(other - alone - bed).max() < 1e-5


def test_what_stays_as_it_was_does_not_get_the_gain_of_the_bed(
    original: RawSound, tmp_path: Path
) -> None:
    plan = MixPlan(original, (), (SPEECH,), keep=(SPEECH,), bed_db=-20.0)
    mixed, before = _mixed(plan, tmp_path), original.read(0, original.frames)
    inside = slice(_at(1000), _at(2000))
    assert np.array_equal(mixed[inside], before[inside])
    assert _level_db(mixed[: _at(500)]) - _level_db(before[: _at(500)]) == pytest.approx(
        -20, abs=0.01
    )


def test_the_ducking_gain_moves_smoothly_and_comes_back(tmp_path: Path) -> None:
    steady = raw_sound(tmp_path / "s.raw", np.full((SECONDS * RATE, 1), 0.5, np.float32), "mono")
    gain = _mixed(MixPlan(steady, (), (SPEECH,)), tmp_path)[:, 0] / 0.5
    assert np.abs(np.diff(gain)).max() < 0.001
    assert gain[_at(920) - 1] == 1
    assert gain[_at(2300) + 1] == 1


def test_the_original_also_steps_back_under_a_line_where_nobody_spoke(
    original: RawSound, tmp_path: Path
) -> None:
    plan = MixPlan(original, (_line(2500, np.zeros(RATE // 2, np.float32)),), ())
    mixed = _mixed(plan, tmp_path)
    inside = slice(_at(2500), _at(3000))
    change = _level_db(mixed[inside]) - _level_db(original.read(0, original.frames)[inside])
    assert change == pytest.approx(-12, abs=0.01)


def test_with_a_background_it_replaces_the_original_in_speech_and_only_there(
    original: RawSound, tmp_path: Path
) -> None:
    background = _noise(SECONDS, seed=2)
    mixed = _mixed(MixPlan(original, (), (SPEECH,), background=lambda *_: background), tmp_path)
    before = original.read(0, original.frames)
    assert np.array_equal(mixed[: _at(970)], before[: _at(970)])
    assert np.array_equal(mixed[_at(2030) :], before[_at(2030) :])
    assert np.allclose(mixed[_at(1000) : _at(2000)], background[_at(1000) : _at(2000)], atol=1e-6)


def test_a_block_without_a_background_stays_the_original(
    original: RawSound, tmp_path: Path
) -> None:
    mixed = _mixed(MixPlan(original, (), (SPEECH,), background=lambda *_: None), tmp_path)
    assert np.array_equal(mixed, original.read(0, original.frames))


@pytest.mark.parametrize("background", [None, lambda *_: np.zeros((SECONDS * RATE, 2), np.float32)])
def test_a_kept_span_passes_untouched(
    original: RawSound, tmp_path: Path, background: object
) -> None:
    kept = TimeSpan(start_ms=1300, end_ms=1700)
    plan = MixPlan(original, (), (SPEECH,), keep=(kept,), background=background)  # type: ignore[arg-type]
    mixed = _mixed(plan, tmp_path)
    inside = slice(_at(1300), _at(1700))
    assert np.array_equal(mixed[inside], original.read(0, original.frames)[inside])


def test_a_line_sounds_whole_at_its_place_in_both_channels(tmp_path: Path) -> None:
    quiet = raw_sound(tmp_path / "q.raw", np.zeros((SECONDS * RATE, 2), np.float32), "stereo")
    take = tone(1.0)
    mixed = _mixed(MixPlan(quiet, (_line(1234, take, -6.0),), ()), tmp_path)
    heard = mixed[_at(1234) : _at(1234) + len(take)]
    fade = _at(8)
    middle = slice(fade, len(take) - fade)
    assert np.allclose(heard[middle], (take * 10 ** (-6 / 20))[middle, None], atol=1e-6)
    assert not np.any(mixed[: _at(1234)])
    assert not np.any(mixed[_at(1234) + len(take) :])


def test_a_line_starts_and_ends_without_a_click(tmp_path: Path) -> None:
    quiet = raw_sound(tmp_path / "q.raw", np.zeros((SECONDS * RATE, 1), np.float32), "mono")
    loud = np.full(RATE, 0.8, np.float32)
    mixed = _mixed(MixPlan(quiet, (_line(500, loud),), ()), tmp_path)
    assert np.abs(np.diff(mixed[:, 0])).max() < 0.005


def test_in_surround_a_line_sounds_in_the_centre_alone(tmp_path: Path) -> None:
    quiet = raw_sound(tmp_path / "q.raw", np.zeros((RATE, 6), np.float32), "5.1")
    mixed = _mixed(MixPlan(quiet, (_line(100, tone(0.5)),), ()), tmp_path)
    assert np.flatnonzero(np.abs(mixed).max(axis=0)).tolist() == [2]


def test_a_line_across_two_blocks_sounds_as_one(tmp_path: Path) -> None:
    seconds = BLOCK_FRAMES // RATE + 2
    quiet = raw_sound(tmp_path / "q.raw", np.zeros((seconds * RATE, 1), np.float32), "mono")
    take = tone(2.0)
    start_ms = BLOCK_FRAMES * 1000 // RATE - 1000
    mixed = _mixed(MixPlan(quiet, (_line(start_ms, take),), ()), tmp_path)
    middle = slice(_at(100), len(take) - _at(100))
    assert np.allclose(mixed[_at(start_ms) :, 0][: len(take)][middle], take[middle], atol=1e-6)


def test_a_line_past_the_end_is_refused_rather_than_cut(original: RawSound, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="past the end"):
        mix(MixPlan(original, (_line(3500, tone(1.0)),), ()), tmp_path / "m.raw")


def test_equal_plans_give_equal_bytes(original: RawSound, tmp_path: Path) -> None:
    plan = MixPlan(original, (_line(1000, tone(1.0)), _line(1500, tone(1.0))), (SPEECH,))
    made = [mix(plan, tmp_path / name).path.read_bytes() for name in ("a.raw", "b.raw")]
    assert made[0] == made[1]


def test_a_cancelled_mix_leaves_nothing_behind(original: RawSound, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        mix(MixPlan(original, (), ()), tmp_path / "m.raw", cancelled=lambda: True)
    assert not list(tmp_path.glob("*m.raw*"))


def test_each_line_becomes_as_loud_as_the_line_it_stands_for() -> None:
    gains = line_gains_db([-20.0, -23.0], [-18.0, -30.0], layout="mono")
    assert gains == pytest.approx((-2.0, 7.0))


@pytest.mark.parametrize(("layout", "channels"), [("mono", 1), ("stereo", 2), ("5.1", 6)])
def test_a_laid_line_measures_as_loud_as_its_original_in_every_layout(
    layout: str, channels: int
) -> None:
    original, take = tone(1.0, amplitude=0.2), tone(1.0, amplitude=0.05)
    laid_original = original[:, None] * placement(layout)
    level = speech_level_db(laid_original, RATE)
    (gain,) = line_gains_db([level], [speech_level_db(take, RATE)], layout=layout)
    laid = take[:, None] * placement(layout) * 10 ** (gain / 20)
    assert laid.shape[1] == channels
    assert speech_level_db(laid.astype(np.float32), RATE) == pytest.approx(level, abs=0.01)


def test_one_whisper_and_one_shout_stay_within_6_db_of_the_usual_level() -> None:
    originals = [-20.0, -20.0, -20.0, -50.0, -5.0]
    gains = line_gains_db(originals, [-20.0] * 5, layout="mono")
    assert gains == pytest.approx((0, 0, 0, -6, 6))


def test_a_line_whose_original_is_silent_gets_the_usual_level() -> None:
    assert line_gains_db([-20.0, None], [-25.0, -25.0], layout="mono") == pytest.approx((5, 5))


def test_a_silent_take_is_not_raised() -> None:
    assert line_gains_db([-20.0], [None], layout="mono") == (0.0,)


spans = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 80)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=5,
)


@given(spans=spans, cut=st.integers(0, 500), rise=st.integers(0, 30), fall=st.integers(0, 60))
def test_a_cover_is_the_same_however_it_is_cut_into_windows(
    spans: list[tuple[int, int]], cut: int, rise: int, fall: int
) -> None:
    part = partial(cover, spans, rise=rise, fall=fall)
    whole = part((0, 500))
    assert np.array_equal(np.concatenate([part((0, cut)), part((cut, 500))]), whole)


@given(spans=spans, rise=st.integers(0, 30), fall=st.integers(0, 60))
def test_a_cover_is_full_within_its_spans_and_nothing_away_from_them(
    spans: list[tuple[int, int]], rise: int, fall: int
) -> None:
    weight = cover(spans, (0, 500), rise=rise, fall=fall)
    inside, near = np.zeros(500, bool), np.zeros(500, bool)
    for start, end in spans:
        inside[start:end] = True
        near[max(0, start - rise) : end + fall] = True
    assert np.all(weight[inside] == 1)
    assert np.all(weight[~near] == 0)
    assert np.all((weight >= 0) & (weight <= 1))


@given(first=st.integers(-3_000, SECONDS * RATE), frames=st.integers(1, 40_000))
@settings(max_examples=25)
def test_a_window_sounds_as_it_does_in_the_whole_mix(
    tmp_path_factory: pytest.TempPathFactory, first: int, frames: int
) -> None:
    folder = tmp_path_factory.mktemp("window")
    original = raw_sound(folder / "o.raw", _noise(SECONDS), "stereo")
    lines = tuple(_line(start, _noise(0.4, 1, start)[:, 0]) for start in (100, 1_200, 1_650, 3_550))
    plan = MixPlan(original, lines, (SPEECH,), keep=(TimeSpan(start_ms=1_300, end_ms=1_500),))
    whole = np.zeros((3_000 + SECONDS * RATE + 40_000, 2), np.float32)
    whole[3_000 : 3_000 + SECONDS * RATE] = _mixed(plan, folder)
    window = mixed(excerpt(plan, first, frames), first, frames)
    assert np.array_equal(window, whole[3_000 + first :][:frames])
