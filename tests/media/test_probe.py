import struct
from pathlib import Path

import pytest
from footage import Footage

from dubwright.domain.errors import InputError, NothingToDub
from dubwright.domain.media import AudioTrack, Source, VideoTrack
from dubwright.media.probe import ProbeLimits, choose_audio, probe

X264 = ("-c:v", "libx264", "-c:a", "aac")


def test_an_mp4_is_described_by_its_content(plain_video: Path) -> None:
    source = probe(plain_video)
    assert (source.container, source.duration_ms) == ("mp4", 3000)
    assert (source.video.codec, source.video.width, source.video.height) == ("h264", 64, 48)
    assert source.video.frame_ms == 40
    assert [(t.codec, t.layout, t.sample_rate, t.start_ms) for t in source.audio] == [
        ("aac", "stereo", 44_100, 0)
    ]
    assert source.size_bytes == plain_video.stat().st_size


def test_the_same_bytes_under_another_name_are_the_same_source(
    plain_video: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "holiday.avi"
    copy.write_bytes(plain_video.read_bytes())
    assert probe(copy) == probe(plain_video)


@pytest.mark.parametrize(
    ("name", "codecs", "container"),
    [
        ("film.mov", X264, "mov"),
        ("film.mkv", X264, "mkv"),
        ("film.webm", ("-c:v", "libvpx", "-c:a", "libvorbis"), "webm"),
    ],
)
def test_every_accepted_container_is_told_by_its_first_bytes(
    footage: Footage, name: str, codecs: tuple[str, ...], container: str
) -> None:
    source = probe(footage.video(name, *codecs))
    assert source.container == container
    assert abs(source.duration_ms - 3000) <= source.video.frame_ms


def test_track_languages_are_canonical_tags(footage: Footage) -> None:
    tagged = footage.video("tagged.mp4", *X264, "-metadata:s:a:0", "language=por")
    assert probe(tagged).audio[0].language == "pt"
    assert probe(footage.video("untagged.mp4", *X264)).audio[0].language is None


def test_a_video_without_a_sound_track_is_nothing_to_dub(footage: Footage) -> None:
    with pytest.raises(NothingToDub, match="sound track"):
        probe(footage.video("silent.mp4", "-an", "-c:v", "libx264"))


def test_a_sound_file_has_no_picture(footage: Footage) -> None:
    with pytest.raises(InputError, match="no picture"):
        probe(footage.video("sound.mp4", "-vn", "-c:a", "aac"))


def test_cover_art_is_not_a_picture(footage: Footage) -> None:
    art = footage.made("art.png", "-f", "lavfi", "-i", "testsrc2=size=64x48", "-frames:v", "1")
    sound = footage.video("song.mp4", "-vn", "-c:a", "aac")
    song = footage.made(
        "song_with_art.mp4",
        *("-i", str(sound), "-i", str(art), "-map", "0", "-map", "1", "-c", "copy"),
        *("-disposition:v:0", "attached_pic"),
    )
    with pytest.raises(InputError, match="no picture"):
        probe(song)


@pytest.mark.parametrize(
    "limits",
    [
        ProbeLimits(max_duration_ms=2999),
        ProbeLimits(max_bytes=1000),
        ProbeLimits(max_side=63),
        ProbeLimits(min_side=49),
        ProbeLimits(max_channels=1),
    ],
)
def test_what_exceeds_a_limit_is_refused_with_a_hint(
    plain_video: Path, limits: ProbeLimits
) -> None:
    with pytest.raises(InputError) as refused:
        probe(plain_video, limits=limits)
    assert refused.value.hint


@pytest.mark.parametrize("kept", [0, 3, 100, 0.3, 0.9])
def test_a_file_that_is_cut_off_is_refused(plain_video: Path, tmp_path: Path, kept: float) -> None:
    whole = plain_video.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: round(kept * len(whole)) if isinstance(kept, float) else kept])
    with pytest.raises(InputError):
        probe(cut)


def test_a_folder_is_not_a_video(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a file"):
        probe(tmp_path)


def test_a_sample_entry_that_lies_about_its_size_is_refused(
    plain_video: Path, tmp_path: Path
) -> None:
    content = bytearray(plain_video.read_bytes())
    entry = content.index(b"avc1", content.index(b"stsd"))
    struct.pack_into(">HH", content, entry + 28, 65_535, 65_535)
    with pytest.raises(InputError, match="65535x65535"):
        probe(_written(tmp_path, content))


def test_media_kept_in_another_file_is_refused(plain_video: Path, tmp_path: Path) -> None:
    content = bytearray(plain_video.read_bytes())
    content[content.index(b"url ", content.index(b"dref")) + 7] = 0
    with pytest.raises(InputError, match="another file"):
        probe(_written(tmp_path, content))


def test_an_encrypted_track_is_refused(plain_video: Path, tmp_path: Path) -> None:
    content = plain_video.read_bytes().replace(b"mp4a", b"enca")
    with pytest.raises(InputError, match="encrypted"):
        probe(_written(tmp_path, content))


def test_boxes_nested_without_end_are_refused(plain_video: Path, tmp_path: Path) -> None:
    nested = b""
    for _ in range(5000):
        nested = struct.pack(">I4s", len(nested) + 8, b"moov") + nested
    media = struct.pack(">I4s", 16, b"mdat") + bytes(8)
    with pytest.raises(InputError, match="nested"):
        probe(_written(tmp_path, plain_video.read_bytes()[:32] + nested + media))


def test_what_follows_a_complete_video_does_not_matter(plain_video: Path, tmp_path: Path) -> None:
    followed = _written(tmp_path, plain_video.read_bytes() + b"<script>alert(1)</script>")
    assert probe(followed).duration_ms == 3000


def test_the_default_track_comes_first_then_file_order() -> None:
    source = _source(_track(1), _track(2, is_default=True), _track(3))
    assert [track.index for track in choose_audio(source)] == [2, 1, 3]


def test_the_wanted_language_comes_before_the_default() -> None:
    source = _source(_track(1, is_default=True, language="de"), _track(2, language="pt-BR"))
    assert [track.index for track in choose_audio(source, "pt")] == [2, 1]


def test_commentary_comes_last_even_in_the_wanted_language() -> None:
    source = _source(_track(1, language="en", is_commentary=True), _track(2, language="de"))
    assert [track.index for track in choose_audio(source, "en")] == [2, 1]


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "made.mp4"
    path.write_bytes(content)
    return path


def _track(index: int, **more: object) -> AudioTrack:
    form = {"codec": "aac", "channels": 2, "layout": "stereo", "sample_rate": 48_000, "start_ms": 0}
    return AudioTrack.model_validate({"index": index, **form, **more})


def _source(*audio: AudioTrack) -> Source:
    video = VideoTrack(index=0, codec="h264", width=64, height=48, frame_ms=40)
    return Source(
        sha256="0", container="mp4", duration_ms=1000, size_bytes=1, video=video, audio=audio
    )
