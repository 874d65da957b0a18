"""Measuring a finished file: lines found again, speech in its slots, the bed between lines."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.media import Source, VideoTrack
from dubwright.domain.speech import SpeakerId, SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.media.wav import WavRecording
from dubwright.pipeline.measuring import bed_change_db, offsets_ms, share_in_slots
from dubwright.pipeline.settling import Takes
from dubwright.pipeline.taking import write_take
from dubwright.testing.sounds import babble, noise

RATE = 16_000
TAKE_RATE = 24_000


def span(start_ms: int, end_ms: int) -> TimeSpan:
    return TimeSpan(start_ms=start_ms, end_ms=end_ms)


def placed(number: int, start_ms: int, duration_ms: int) -> Placement:
    return Placement(
        utterance=number,
        speaker=SpeakerId("S1"),
        start_ms=start_ms,
        duration_ms=duration_ms,
        speed=1,
    )


def record(to: Path, samples: Samples) -> Path:
    with wave.open(str(to), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return to


def take(folder: Path, number: int, *, duration_ms: int) -> Path:
    """A take as the engine recorded it."""
    samples = babble(duration_ms, sample_rate=TAKE_RATE, seed=number)
    path = folder / f"take{number}.npz"
    write_take(path, SpeechClip(samples, TAKE_RATE))
    return path


def takes(folder: Path, *placements: Placement) -> Takes:
    recorded = {
        one.utterance: take(folder, one.utterance, duration_ms=one.duration_ms)
        for one in placements
    }
    return Takes(FitReport(placements=placements), recorded, texts={}, asked={})


def dub_sound(
    folder: Path, made: Takes, *, late_ms: int, bed_dbfs: float = -90.0, length_ms: int = 9_000
) -> WavRecording:
    """A finished dub in which every line sounds `late_ms` after its place, over noise."""
    sound = noise(length_ms, sample_rate=RATE, level_dbfs=bed_dbfs)
    for one in made.report.placements:
        line = babble(one.duration_ms, sample_rate=RATE, seed=one.utterance)
        at = (one.start_ms + late_ms) * RATE // 1000
        sound[at : at + len(line)] += line[: len(sound) - at]
    return WavRecording(record(folder / "dub.wav", sound))


@pytest.mark.parametrize("bed_dbfs", [-90.0, -26.0], ids=["silent bed", "loud bed"])
@pytest.mark.parametrize("late_ms", [0, 7, -12, 350, -350])
def test_a_line_is_found_where_it_sounds_to_the_millisecond(tmp_path, late_ms, bed_dbfs):
    made = takes(tmp_path, placed(1, 1_000, 1_500), placed(2, 5_000, 2_000))
    dub = dub_sound(tmp_path, made, late_ms=late_ms, bed_dbfs=bed_dbfs)
    assert offsets_ms(dub, made) == pytest.approx([late_ms, late_ms], abs=1)


def test_a_line_at_either_end_of_the_file_is_found(tmp_path):
    made = takes(tmp_path, placed(1, 0, 1_500), placed(2, 7_000, 2_000))
    assert offsets_ms(dub_sound(tmp_path, made, late_ms=0), made) == pytest.approx([0, 0], abs=1)


def test_a_line_that_is_not_in_the_dub_is_not_found(tmp_path):
    made = takes(tmp_path, placed(1, 1_000, 1_500))
    noisy = WavRecording(
        record(tmp_path / "dub.wav", noise(4_000, sample_rate=RATE, level_dbfs=-20))
    )
    assert offsets_ms(noisy, made) == []


def test_lines_are_looked_for_all_over_a_long_file(tmp_path):
    lines = [placed(n, 1_000 * n, 700) for n in range(1, 40)]
    made = takes(tmp_path, *lines)
    found = offsets_ms(dub_sound(tmp_path, made, late_ms=0, length_ms=41_000), made)
    assert 12 <= len(found) <= 14


def test_stretched_and_short_lines_are_not_looked_for(tmp_path):
    made = takes(tmp_path, placed(1, 1_000, 1_500), placed(2, 4_000, 500))
    squeezed = placed(1, 1_000, 1_400), made.report.placements[1]
    stretched = Takes(FitReport(placements=squeezed), made.recorded, texts={}, asked={})
    assert offsets_ms(dub_sound(tmp_path, made, late_ms=0), stretched) == []


@pytest.mark.parametrize(
    ("speech", "share"),
    [
        ([(1_000, 2_000)], 1),
        ([(760, 2_240)], 1),
        ([(1_000, 2_000), (5_000, 6_000)], 1 / 2),
        ([(1_750, 2_750)], 1 / 2),
        ([(5_000, 6_000)], 0),
    ],
)
def test_speech_counts_as_placed_within_a_quarter_second_of_a_line(speech, share):
    heard = SpeechMap(spans=tuple(span(*times) for times in speech))
    assert share_in_slots(heard, [placed(1, 1_000, 1_000)]) == pytest.approx(share)


def test_a_dub_without_speech_has_no_share():
    assert share_in_slots(SpeechMap(spans=()), [placed(1, 1_000, 1_000)]) is None


TIMES = st.lists(st.tuples(st.integers(0, 9_000), st.integers(1, 3_000)), min_size=1, max_size=8)


@given(TIMES, TIMES)
def test_the_share_is_that_of_speech_near_lines_however_lines_overlap(speech, lines):
    free_from, spans = 0, []
    for gap, length in speech:
        spans.append(span(free_from + gap, free_from + gap + length))
        free_from += gap + length + 1
    placements = [placed(n, *times) for n, times in enumerate(lines, start=1)]
    near = np.zeros(free_from + 13_000, dtype=np.bool_)
    for one in placements:
        near[max(0, one.start_ms - 250) : one.end_ms + 250] = True
    inside = sum(int(near[one.start_ms : one.end_ms].sum()) for one in spans)
    total = sum(one.duration_ms for one in spans)
    assert share_in_slots(SpeechMap(spans=tuple(spans)), placements) == pytest.approx(
        inside / total
    )


@dataclass(frozen=True)
class Film:
    source: Source
    sound: WavRecording


def film(sound: Path, duration_ms: int) -> Film:
    picture = VideoTrack(index=0, codec="h264", width=320, height=180, frame_ms=40)
    source = Source(
        sha256="0", container="mp4", duration_ms=duration_ms, size_bytes=1, video=picture, audio=()
    )
    return Film(source, WavRecording(sound))


BED_MS = 8_000
SPEECH = SpeechMap(spans=(span(2_000, 3_000),))


def change_of_bed(folder: Path, before: Samples, after: Samples) -> float | None:
    original = film(record(folder / "before.wav", before), BED_MS)
    dubbed = film(record(folder / "after.wav", after), BED_MS)
    return bed_change_db(dubbed, original, SPEECH, [placed(1, 2_500, 1_500)])


@pytest.mark.parametrize("louder_db", [-6.0, 0.0, 3.0])
def test_the_bed_is_compared_where_nobody_speaks_in_either(tmp_path, louder_db):
    before = noise(BED_MS, sample_rate=RATE, level_dbfs=-40)
    after = before * 10 ** (louder_db / 20)
    before[2_000 * 16 : 3_000 * 16] += 0.3  # what was said
    after[2_500 * 16 : 4_000 * 16] -= 0.3  # what is said now
    assert change_of_bed(tmp_path, before, after) == pytest.approx(louder_db, abs=0.1)


@pytest.mark.parametrize(("after_db", "change_db"), [(-80, -40.0), (-50, -25.0)])
def test_a_bed_that_was_to_fall_silent_need_not_be_quieter_than_silence(
    tmp_path, after_db, change_db
):
    before = noise(BED_MS, sample_rate=RATE, level_dbfs=-40)
    after = noise(BED_MS, sample_rate=RATE, level_dbfs=after_db)
    original, dubbed = (
        film(record(tmp_path / f"{name}.wav", sound), BED_MS)
        for name, sound in (("before", before), ("after", after))
    )
    change = bed_change_db(dubbed, original, SPEECH, [], chosen_db=-40.0)
    assert change == pytest.approx(change_db, abs=0.2)


def test_silence_between_lines_has_no_bed(tmp_path):
    quiet = np.zeros(BED_MS * 16, np.float32)
    assert change_of_bed(tmp_path, quiet, quiet) is None


def test_speech_from_end_to_end_leaves_no_bed(tmp_path):
    sound = noise(BED_MS, sample_rate=RATE)
    both = film(record(tmp_path / "all.wav", sound), BED_MS)
    assert bed_change_db(both, both, SpeechMap(spans=(span(300, 7_300),)), []) is None
