from pathlib import Path

import numpy as np
import pytest
from footage import Footage, evaluation_file, onset_ms

from dubwright.domain.audio import Samples
from dubwright.domain.errors import Cancelled
from dubwright.domain.timeline import TimeSpan
from dubwright.media.extract import TrackRecording, extract_mix, extract_speech, written_beside
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.probe import probe

WHOLE = TimeSpan(start_ms=0, end_ms=3_600_000)
COPY = ("-c", "copy")


def _both(video: Path, ffmpeg: Ffmpeg, folder: Path) -> tuple[Samples, Samples]:
    """The speech and the mix of the first sound track."""
    source = probe(video)
    track = source.audio[0]
    speech = extract_speech(video, source, track, folder / "s.wav", ffmpeg=ffmpeg)
    mix = extract_mix(video, source, track, folder / "m.raw", ffmpeg=ffmpeg)
    assert abs(speech.duration_ms - source.duration_ms) <= 1
    assert abs(mix.duration_ms - source.duration_ms) <= 1
    return speech.read(WHOLE).samples, mix.read(0, mix.frames)


def _tone_starts_at(
    video: Path, ffmpeg: Ffmpeg, folder: Path, expected_ms: float, *, within_ms: float = 3
) -> None:
    speech, mix = _both(video, ffmpeg, folder)
    assert onset_ms(speech, 16_000) == pytest.approx(expected_ms, abs=within_ms)
    assert onset_ms(mix, 48_000) == pytest.approx(expected_ms, abs=within_ms)


def test_sample_0_is_time_0(plain_video: Path, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    _tone_starts_at(plain_video, ffmpeg, tmp_path, 1000)


@pytest.mark.parametrize("span_ms", [(0, 3_000), (700, 1_900), (1_250, 3_400)])
def test_a_place_of_a_track_sounds_as_it_does_in_the_whole(
    plain_video: Path, ffmpeg: Ffmpeg, span_ms: tuple[int, int]
) -> None:
    source = probe(plain_video)
    track = TrackRecording(plain_video, source, source.audio[0], ffmpeg)
    span = TimeSpan(start_ms=span_ms[0], end_ms=span_ms[1])
    place, whole = track.read(span).samples, track.decoded().read(span).samples
    assert len(place) == pytest.approx(len(whole), abs=1)
    assert onset_ms(place, 16_000) == pytest.approx(onset_ms(whole, 16_000), abs=1)
    shared = min(len(place), len(whole))
    assert np.abs(place[:shared] - whole[:shared])[320:].max() < 0.02  # a seek fades in


def test_a_sound_track_that_starts_late_keeps_its_delay(
    footage: Footage, plain_video: Path, each_ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    late = footage.made(
        "late.mp4",
        *("-itsoffset", "1.3", "-i", str(plain_video), "-i", str(plain_video)),
        *("-map", "1:v", "-map", "0:a", *COPY),
    )
    _tone_starts_at(late, each_ffmpeg, tmp_path, 2300, within_ms=25)


def test_a_file_that_starts_at_another_time_counts_from_its_start(
    footage: Footage, plain_video: Path, each_ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    moved = footage.made("moved.mkv", "-i", str(plain_video), *COPY, "-output_ts_offset", "7.5")
    _tone_starts_at(moved, each_ffmpeg, tmp_path, 1023, within_ms=25)


def test_a_hole_in_the_sound_stays_a_hole(footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    holed = footage.video(
        "holed.mkv", "-c:v", "libx264", "-c:a", "flac", "-af", "aselect='not(between(t,0.2,0.8))'"
    )
    _tone_starts_at(holed, ffmpeg, tmp_path, 1000, within_ms=25)


def test_sound_shorter_than_the_picture_is_followed_by_silence(
    footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    short = footage.video("short.mp4", "-af", "atrim=0:1.2", "-c:v", "libx264", "-c:a", "aac")
    speech, mix = _both(short, ffmpeg, tmp_path)
    assert len(mix) == 3 * 48_000
    assert not np.any(speech[-16_000:])


def test_all_channels_of_a_surround_mix_are_kept_and_the_centre_leads_the_speech(
    ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    video = evaluation_file("odd/surround51_speech_in_centre.mp4")
    speech, mix = _both(video, ffmpeg, tmp_path)
    powers = np.mean(mix**2, axis=0)
    assert mix.shape[1] == 6
    assert powers.argmax() == 2
    assert np.mean(speech**2) == pytest.approx(powers[2] * 0.625**2, rel=0.1)


def test_stereo_at_full_scale_does_not_clip_when_made_mono(
    footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    loud = footage.video("loud.mp4", "-af", "volume=2.4", "-c:v", "libx264", "-c:a", "aac")
    speech, mix = _both(loud, ffmpeg, tmp_path)
    assert np.abs(mix).max() > 0.9
    assert np.abs(speech).max() == pytest.approx(np.abs(mix).max(), rel=0.05)


def test_a_cancelled_extraction_leaves_nothing_behind(
    plain_video: Path, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    source = probe(plain_video)
    to = tmp_path / "s.wav"
    to.mkdir()  # renaming onto a folder fails, should cancelling come too late
    with pytest.raises((Cancelled, IsADirectoryError)):
        extract_speech(
            plain_video, source, source.audio[0], to, ffmpeg=ffmpeg, cancelled=lambda: True
        )
    assert list(tmp_path.iterdir()) == [to]


def test_a_writer_left_over_from_a_killed_run_cannot_spoil_the_next(tmp_path: Path) -> None:
    to = tmp_path / "sound.wav"
    with (tmp_path / ".sound.wav.part").open("wb") as orphan, written_beside(to) as part:
        part.write_bytes(b"new")
        orphan.write(b"old and longer")
        orphan.flush()
    assert to.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [to]


def test_two_extractions_are_equal_byte_for_byte(
    plain_video: Path, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    source = probe(plain_video)
    paths = [tmp_path / "a.wav", tmp_path / "b.wav"]
    for path in paths:
        extract_speech(plain_video, source, source.audio[0], path, ffmpeg=ffmpeg)
    assert paths[0].read_bytes() == paths[1].read_bytes()
