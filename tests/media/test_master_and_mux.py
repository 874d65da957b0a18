from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from footage import Footage, evaluation_file, onset_ms, raw_sound

from dubwright.domain.language import parse_language
from dubwright.domain.media import Source
from dubwright.domain.timeline import TimeSpan
from dubwright.media.extract import extract_mix, extract_speech
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import Loudness, measure_track
from dubwright.media.master import Master, master, master_suffix
from dubwright.media.mux import Dub, SoftSubtitle, mux
from dubwright.media.packets import picture_digest
from dubwright.media.probe import probe

PORTUGUESE, ENGLISH = parse_language("pt-BR"), parse_language("en")
SRT = "1\n00:00:00,000 --> 00:00:02,000\nOlá — ação\n"
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def _noise(seconds: float, channels: int, *, amplitude: float = 0.05) -> np.ndarray:
    random = np.random.default_rng(channels)
    return (amplitude * random.standard_normal((round(48_000 * seconds), channels))).astype("<f4")


@pytest.mark.parametrize(
    ("container", "channels"), [("mp4", 1), ("mp4", 2), ("mp4", 6), ("webm", 2), ("webm", 6)]
)
def test_a_master_is_as_loud_as_the_source(
    ffmpeg: Ffmpeg, tmp_path: Path, container: str, channels: int
) -> None:
    mixed = raw_sound(tmp_path / "m.raw", _noise(1.5, channels), LAYOUTS[channels])
    to = tmp_path / f"dub{master_suffix(container)}"  # type: ignore[arg-type]
    made = master(mixed, Loudness(-20.0, -3.0), to, ffmpeg=ffmpeg)
    assert made.loudness.integrated_lufs == pytest.approx(-20.0, abs=0.5)


def test_a_loud_master_keeps_its_peak_below_the_promise(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    mixed = raw_sound(tmp_path / "m.raw", _noise(4, 2), "stereo")
    made = master(mixed, Loudness(-9.0, -0.1), tmp_path / "dub.m4a", ffmpeg=ffmpeg)
    assert made.loudness.true_peak_dbtp is not None
    assert made.loudness.true_peak_dbtp <= -1.0
    assert made.loudness.integrated_lufs == pytest.approx(-9.0, abs=1.0)


def test_when_the_source_is_silent_the_level_stays(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    mixed = raw_sound(tmp_path / "m.raw", _noise(2, 2), "stereo")
    made = master(mixed, Loudness(None, None), tmp_path / "dub.m4a", ffmpeg=ffmpeg)
    assert made.levelling.gain_db == 0


def test_two_masters_are_equal_byte_for_byte(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    mixed = raw_sound(tmp_path / "m.raw", _noise(2, 2), "stereo")
    like = Loudness(-20.0, -3.0)
    made = [
        master(mixed, like, tmp_path / name, ffmpeg=ffmpeg).path.read_bytes()
        for name in ("a.m4a", "b.m4a")
    ]
    assert made[0] == made[1]


@dataclass(frozen=True)
class Dubbed:
    """A video, and the same video with its own sound as the dub."""

    video: Path
    source: Source
    path: Path
    result: Source


def _dubbed(video: Path, ffmpeg: Ffmpeg, folder: Path) -> Dubbed:
    source = probe(video)
    made = _master_of(video, source, ffmpeg, folder)
    srt = folder / "pt.srt"
    srt.write_text(SRT, encoding="utf-8")
    dub = Dub(
        audio=made.path,
        language=PORTUGUESE,
        original=source.audio[0],
        original_language=ENGLISH,
        subtitles=(SoftSubtitle(srt, PORTUGUESE),),
    )
    to = folder / f"dubbed.{source.container}"
    mux(video, source, dub, to, ffmpeg=ffmpeg)
    return Dubbed(video, source, to, probe(to))


def _master_of(video: Path, source: Source, ffmpeg: Ffmpeg, folder: Path) -> Master:
    track = source.audio[0]
    mixed = extract_mix(video, source, track, folder / "m.raw", ffmpeg=ffmpeg)
    like = measure_track(video, source, track, ffmpeg=ffmpeg)
    to = folder / f"dub{master_suffix(source.container)}"
    return master(mixed, like, to, ffmpeg=ffmpeg)


FIRST_PICTURE = ("-map", "0:v:0", "-frames:v", "1", "-f", "null", "-")
FORMS = {
    "mp4": ("-c:v", "libx264", "-c:a", "aac"),
    "mov": ("-c:v", "libx264", "-c:a", "pcm_s16le"),
    "mkv": ("-c:v", "libx264", "-c:a", "aac"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"),
}


@pytest.fixture(scope="module", params=FORMS)
def dubbed(
    request: pytest.FixtureRequest,
    footage: Footage,
    ffmpeg: Ffmpeg,
    tmp_path_factory: pytest.TempPathFactory,
) -> Dubbed:
    form = request.param
    video = footage.video(f"to_dub.{form}", *FORMS[form])
    return _dubbed(video, ffmpeg, tmp_path_factory.mktemp("dubbed"))


def test_the_container_stays_and_the_picture_is_the_same_bit_for_bit(
    dubbed: Dubbed, ffmpeg: Ffmpeg
) -> None:
    before, after = dubbed.source, dubbed.result
    assert after.container == before.container
    assert picture_digest(dubbed.path, after, ffmpeg=ffmpeg) == picture_digest(
        dubbed.video, before, ffmpeg=ffmpeg
    )


def test_the_file_is_as_long_as_its_source_within_a_frame(dubbed: Dubbed) -> None:
    difference = abs(dubbed.result.duration_ms - dubbed.source.duration_ms)
    assert difference <= dubbed.source.video.frame_ms


def test_the_dub_is_first_and_default_and_the_original_second(dubbed: Dubbed) -> None:
    first, second = dubbed.result.audio
    assert (first.language, first.is_default) == ("pt", True)
    assert (second.language, second.is_default) == ("en", False)
    assert second.codec == dubbed.source.audio[0].codec


def test_the_subtitles_are_a_soft_track_in_their_language(dubbed: Dubbed) -> None:
    (subtitle,) = dubbed.result.subtitles
    assert (subtitle.language, subtitle.is_text) == ("pt", True)


def test_the_dub_and_the_original_sound_at_the_same_time(
    dubbed: Dubbed, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    starts = []
    for track in dubbed.result.audio:
        to = tmp_path / f"{track.index}.wav"
        sound = extract_speech(dubbed.path, dubbed.result, track, to, ffmpeg=ffmpeg)
        whole = sound.read(TimeSpan(start_ms=0, end_ms=60_000))
        starts.append(onset_ms(whole.samples, whole.sample_rate))
    assert starts[0] == pytest.approx(starts[1], abs=2)
    assert starts[0] == pytest.approx(1000, abs=25)


def test_the_sound_second_keeps_every_packet(dubbed: Dubbed, ffmpeg: Ffmpeg) -> None:
    before = _sound_digest(dubbed.video, dubbed.source.audio[0].index, ffmpeg)
    after = _sound_digest(dubbed.path, dubbed.result.audio[1].index, ffmpeg)
    assert after == before


@pytest.fixture(scope="module")
def plain_dub(footage: Footage, plain_video: Path) -> Path:
    return footage.made("dub.m4a", "-i", str(plain_video), "-vn", "-c:a", "aac")


def _joined(video: Path, dub: Path, ffmpeg: Ffmpeg, folder: Path) -> Dubbed:
    """The video with a sound track that was made before."""
    source = probe(video)
    srt = folder / "pt.srt"
    srt.write_text(SRT, encoding="utf-8")
    to = folder / "joined.mp4"
    subtitle = SoftSubtitle(srt, PORTUGUESE)
    joined = Dub(dub, PORTUGUESE, source.audio[0], ENGLISH, (subtitle,))
    mux(video, source, joined, to, ffmpeg=ffmpeg)
    return Dubbed(video, source, to, probe(to))


def test_an_mp4_starts_with_its_index(
    plain_video: Path, plain_dub: Path, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    made = _joined(plain_video, plain_dub, ffmpeg, tmp_path)
    content = made.path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_subtitles_that_were_there_stay_behind_the_new_ones(
    footage: Footage, plain_video: Path, plain_dub: Path, each_ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    srt = tmp_path / "en.srt"
    srt.write_text(SRT)
    video = footage.made(
        "subtitled.mp4",
        *("-i", str(plain_video), "-i", str(srt), "-map", "0", "-map", "1", "-c", "copy"),
        *("-c:s", "mov_text", "-metadata:s:s:0", "language=eng"),
    )
    made = _joined(video, plain_dub, each_ffmpeg, tmp_path)
    assert [track.language for track in made.result.subtitles] == ["pt", "en"]


def test_chapters_and_title_come_along(
    footage: Footage, plain_video: Path, plain_dub: Path, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    tags = tmp_path / "tags.txt"
    tags.write_text(
        ";FFMETADATA1\ntitle=A title\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=One\n"
    )
    video = footage.made(
        "tagged_chapters.mp4",
        *("-i", str(plain_video), "-f", "ffmetadata", "-i", str(tags), "-map", "0"),
        *("-map_metadata", "1", "-map_chapters", "1", "-c", "copy"),
    )
    made = _joined(video, plain_dub, ffmpeg, tmp_path)
    said = ffmpeg.run(["-i", str(made.path), "-f", "ffmetadata", "-"], timeout_s=10).decode()
    assert "title=A title" in said
    assert "title=One" in said


@pytest.mark.evaluation
def test_the_rotation_of_a_phone_video_comes_along(
    plain_dub: Path, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    made = _joined(evaluation_file("odd/rotated_90.mp4"), plain_dub, ffmpeg, tmp_path)
    said = [
        ffmpeg.report(["-i", str(path), *FIRST_PICTURE], timeout_s=10)
        for path in (made.video, made.path)
    ]
    assert all("rotation of" in text for text in said)


def test_a_second_sound_track_is_kept_behind_the_dubbed_one(
    footage: Footage, plain_video: Path, plain_dub: Path, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    video = footage.made(
        "two_tracks.mp4",
        *("-i", str(plain_video), "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy"),
        *("-metadata:s:a:1", "language=deu"),
    )
    made = _joined(video, plain_dub, ffmpeg, tmp_path)
    assert [track.language for track in made.result.audio] == ["pt", "en", "de"]


def _sound_digest(path: Path, index: int, ffmpeg: Ffmpeg) -> bytes:
    listing = ["-map", f"0:{index}", "-c", "copy", "-f", "streamhash", "-"]
    answer = ffmpeg.run(["-i", str(path), *listing], timeout_s=10)
    return answer.split(b"=")[-1]
