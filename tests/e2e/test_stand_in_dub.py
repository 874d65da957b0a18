"""The whole recipe on real files with the stand-in engines: reuse, edits, stops, other formats."""

import json
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from making import make_video

from dubwright import bootstrap
from dubwright.domain.errors import (
    Cancelled,
    ConflictError,
    InputError,
    NothingToDub,
    QualityError,
    StorageError,
)
from dubwright.domain.language import parse_language
from dubwright.domain.speech import Script
from dubwright.jobs.dub_video import DubOutcome, DubRequest, Running, dub_video
from dubwright.media.probe import probe
from dubwright.pipeline.progress import StageEvent
from dubwright.testing.stand_ins import STAND_INS

PT = parse_language("pt")


class Watch:
    """Counts what was made and what was found, and can ask to stop after some takes."""

    def __init__(self, *, stop_after_takes: int | None = None) -> None:
        self._seen: Counter[str] = Counter()
        self._stop_after = stop_after_takes

    def __call__(self, event: StageEvent) -> None:
        self._seen[event.stage] = event.done

    def is_cancelled(self) -> bool:
        return self._stop_after is not None and self._seen["speak"] >= self._stop_after


def dub(video: Path, output: Path, *, watch: Watch | None = None, **request: object) -> DubOutcome:
    watch = watch or Watch()
    settings = bootstrap.load_settings()
    chosen = {**STAND_INS, **request.pop("use", {})}
    tools = bootstrap.build_tools(settings, chosen=chosen, is_cancelled=watch.is_cancelled)
    running = Running(workers=2, progress=watch, is_cancelled=watch.is_cancelled)
    request.setdefault("target_language", PT)
    return dub_video(DubRequest(video=video, output=output, **request), tools, running)


def takes(output: Path) -> set[str]:
    return {path.name for path in output.glob(".dubwright/*/speak/*.npz")}


def streams(video: Path) -> list[tuple[str, str]]:
    shown = subprocess.run(
        [
            *("ffprobe", "-v", "error", "-show_entries", "stream=codec_type:stream_tags=language"),
            *("-of", "json", str(video)),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    found = json.loads(shown.stdout)["streams"]
    return [(s["codec_type"], s.get("tags", {}).get("language", "und")) for s in found]


@pytest.fixture(scope="module")
def dubbed(talk: Path, tmp_path_factory: pytest.TempPathFactory) -> DubOutcome:
    return dub(talk, tmp_path_factory.mktemp("dubbed"))


@pytest.fixture
def first(dubbed: DubOutcome, tmp_path: Path) -> DubOutcome:
    """The same dub in the test's own folder, to be edited and run again."""
    shutil.copytree(dubbed.folder.parent, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / dubbed.folder.name
    return replace(dubbed, folder=folder, video=folder / dubbed.video.name)


def test_a_dub_has_picture_dub_original_and_both_subtitles(dubbed):
    assert streams(dubbed.video) == [
        ("video", "und"),
        ("audio", "por"),
        ("audio", "eng"),
        ("subtitle", "por"),
        ("subtitle", "eng"),
    ]


def test_the_folder_has_everything_a_person_needs(dubbed):
    names = {path.name for path in dubbed.folder.iterdir() if not path.name.startswith(".")}
    assert names == {
        "talk.pt.mp4",
        "script.json",
        "fit.json",
        "qc.json",
        "subtitles.en.srt",
        "subtitles.en.vtt",
        "subtitles.pt.srt",
        "subtitles.pt.vtt",
    }


def test_hard_rules_hold_and_are_reported(dubbed):
    hard = {check.name: check.passed for check in dubbed.dub.quality.checks if check.hard}
    assert hard == {
        "overlap within a speaker": True,
        "speech cut": True,
        "fastest line": True,
        "length against the source": True,
        "picture packets changed": True,
        "dub packets changed": True,
    }


def test_every_sentence_of_the_source_is_spoken_once(dubbed):
    script = dubbed.dub.script
    assert len(script.utterances) >= 4
    assert [p.utterance for p in dubbed.dub.fit.placements] == [u.id for u in script.utterances]
    assert all(line.target_text for line in script.utterances)


def test_a_second_run_speaks_nothing(talk, tmp_path):
    first = dub(talk, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")}
    second = dub(talk, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")} == before
    assert second.dub.video == first.dub.video


@pytest.mark.usefixtures("first")
def test_another_language_shares_everything_up_to_the_transcript(talk, tmp_path):
    heard = set(tmp_path.glob(".dubwright/*/transcribe/*"))
    spanish = dub(talk, tmp_path, target_language=parse_language("es"))
    assert set(tmp_path.glob(".dubwright/*/transcribe/*")) == heard
    assert spanish.video.name == "talk.es.mp4"
    assert any("does not understand" in check.note for check in spanish.dub.quality.checks)


def edit(outcome: DubOutcome, line: int, **change: object) -> None:
    path = outcome.folder / "script.json"
    script = json.loads(path.read_text())
    script["utterances"][line].update(change)
    path.write_text(json.dumps(script))


def test_an_edited_line_is_the_only_one_spoken_again(talk, tmp_path, first):
    known = takes(tmp_path)
    edit(first, 1, target_text="A wholly new line.")
    second = dub(talk, tmp_path)
    assert len(takes(tmp_path) - known) == 1
    assert second.dub.script.utterances[1].target_text == "A wholly new line."
    assert "wholly new" in (second.folder / "subtitles.pt.srt").read_text()


def test_an_edit_survives_a_third_run(talk, tmp_path, first):
    edit(first, 0, target_text="Stays as I wrote it.")
    dub(talk, tmp_path)
    third = dub(talk, tmp_path)
    assert third.dub.script.utterances[0].target_text == "Stays as I wrote it."


def test_a_line_may_keep_the_original(talk, tmp_path, first):
    edit(first, 2, keep_original=True)
    second = dub(talk, tmp_path)
    kept = second.dub.script.utterances[2].id
    assert kept not in {p.utterance for p in second.dub.fit.placements}


def test_a_line_may_have_a_voice_and_a_speed_of_its_own(talk, tmp_path, first):
    edit(first, 0, voice="high", speed=1.1)
    second = dub(talk, tmp_path)
    assert second.dub.fit.placements[0].speed == pytest.approx(1.1)


def test_a_voice_that_does_not_exist_is_named(talk, tmp_path, first):
    edit(first, 0, voice="nobody")
    with pytest.raises(InputError, match="'nobody'"):
        dub(talk, tmp_path)


def test_a_script_that_is_not_one_is_refused_and_kept(talk, tmp_path, first):
    path = first.folder / "script.json"
    path.write_text('{"source_language": "en"}')
    with pytest.raises(InputError, match="not a script"):
        dub(talk, tmp_path)
    assert path.read_text() == '{"source_language": "en"}'


@pytest.mark.usefixtures("first")
def test_the_folder_of_another_video_is_not_overwritten(talk, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    namesake = make_video(tmp_path / "elsewhere" / "talk.mp4", bursts=2)
    with pytest.raises(ConflictError, match="another video"):
        dub(namesake, tmp_path)


def test_cancelling_keeps_what_was_spoken(talk, tmp_path):
    watch = Watch(stop_after_takes=2)
    with pytest.raises(Cancelled):
        dub(talk, tmp_path, watch=watch)
    kept = takes(tmp_path)
    assert len(kept) >= 2
    outcome = dub(talk, tmp_path)
    assert kept <= takes(tmp_path)
    assert outcome.dub.quality.completed


def test_a_video_in_which_nobody_speaks_is_an_answer(tmp_path):
    quiet = tmp_path / "quiet.mp4"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=d=2:s=160x90:r=25"),
            *("-f", "lavfi", "-i", "anullsrc=d=2", "-shortest", "-c:v", "libx264", "-c:a", "aac"),
            str(quiet),
        ],
        check=True,
        timeout=60,
    )
    with pytest.raises(NothingToDub):
        dub(quiet, tmp_path / "out")


SRT = "1\n00:00:00,400 --> 00:00:01,500\nFirst cue here.\n\n2\n00:00:03,400 --> 00:00:04,500\nSecond one.\n"


def test_a_transcript_replaces_recognition(talk, tmp_path):
    cues = tmp_path / "talk.srt"
    cues.write_text(SRT)
    outcome = dub(talk, tmp_path, transcript=cues)
    assert [line.source_text for line in outcome.dub.script.utterances] == [
        "First cue here.",
        "Second one.",
    ]
    assert not list(tmp_path.glob(".dubwright/*/transcribe/*"))


def test_a_translation_replaces_recognition_and_translation(talk, tmp_path):
    cues = tmp_path / "talk.pt.srt"
    cues.write_text(SRT)
    outcome = dub(talk, tmp_path, translation=cues)
    assert [line.target_text for line in outcome.dub.script.utterances] == [
        "First cue here.",
        "Second one.",
    ]
    assert not list(tmp_path.glob(".dubwright/*/transcribe/*"))


def test_subtitles_that_are_not_text_are_refused(talk, tmp_path):
    cues = tmp_path / "broken.srt"
    cues.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"broken\.srt"):
        dub(talk, tmp_path, transcript=cues)


@pytest.mark.parametrize("native", [True, False], ids=["engine speed", "stretched"])
def test_engines_with_and_without_a_speed_of_their_own_fit(talk, tmp_path, monkeypatch, native):
    options = json.dumps({"native_speed": native, "ms_per_character": 75})
    monkeypatch.setenv("DUBWRIGHT_TEXT_TO_SPEECH__PROVIDER", "tone")
    monkeypatch.setenv("DUBWRIGHT_TEXT_TO_SPEECH__OPTIONS", options)
    outcome = dub(talk, tmp_path)
    assert outcome.dub.quality.completed
    assert max(placed.speed for placed in outcome.dub.fit.placements) > 1.0


@pytest.mark.parametrize("name", ["talk.mkv", "talk.mov"])
def test_the_container_stays_what_it_was(talk, tmp_path, name):
    video = tmp_path / name
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(talk), "-c", "copy", str(video)], check=True, timeout=60
    )
    outcome = dub(video, tmp_path / "out")
    assert outcome.video.suffix == video.suffix
    assert probe(outcome.video).container == probe(video).container


def test_surround_stays_surround(tmp_path):
    outcome = dub(make_video(tmp_path / "film.mp4", bursts=3, layout="5.1"), tmp_path / "out")
    assert [track.channels for track in probe(outcome.video).audio] == [6, 6]


def test_the_finished_script_is_a_script(dubbed):
    kept = Script.model_validate_json((dubbed.folder / "script.json").read_bytes())
    assert kept == dubbed.dub.script


def test_an_edited_line_is_spoken_as_edited_and_never_in_an_older_wording(talk, tmp_path, first):
    edit(first, 0, target_text="A new text that is a good deal longer than the old one was.")
    second = dub(talk, tmp_path)
    assert second.dub.fit.placements[0].variant == 0
    assert second.dub.script.utterances[0].variants == ()


def test_text_that_cannot_be_said_in_time_is_named_and_leaves_everything(talk, tmp_path, first):
    before = {path: path.read_bytes() for path in first.folder.iterdir()}
    edit(first, -1, target_text="far too many words " * 40)
    edited = (first.folder / "script.json").read_bytes()
    with pytest.raises(QualityError, match=r"line \d+ would end after the video"):
        dub(talk, tmp_path)
    assert (first.folder / "script.json").read_bytes() == edited
    assert (first.folder / "talk.pt.mp4").read_bytes() == before[first.folder / "talk.pt.mp4"]
    assert (first.folder / "failed.qc.json").exists()


def test_a_failed_dub_leaves_a_script_to_mend(talk, tmp_path):
    cues = tmp_path / "dense.srt"
    cues.write_text(f"1\n00:00:10,400 --> 00:00:11,500\n{'too much to say ' * 30}\n")
    with pytest.raises(QualityError):
        dub(talk, tmp_path, translation=cues)
    script = tmp_path / "talk.pt" / "script.json"
    lines = json.loads(script.read_text())["utterances"]
    for line in lines:
        line["target_text"] = "Short."
    script.write_text(json.dumps({**json.loads(script.read_text()), "utterances": lines}))
    assert dub(talk, tmp_path).dub.quality.completed
    assert not (tmp_path / "talk.pt" / "failed.qc.json").exists()


def test_the_file_is_no_longer_than_its_source_in_any_track(dubbed, talk):
    assert container_s(dubbed.video) == pytest.approx(container_s(talk), abs=0.04)


def container_s(video: Path) -> float:
    shown = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "format=duration",
            "-of",
            "csv=p=0",
            str(video),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return float(shown.stdout)


@pytest.mark.parametrize(
    ("cues", "complaint"),
    [
        ("1\n00:01:00,000 --> 00:01:01,000\nLate.\n", "after the end of the video"),
        (f"1\n00:00:01,000 --> 00:00:02,000\n{'word ' * 900}\n", "characters"),
    ],
    ids=["after the end", "too long"],
)
def test_cues_that_cannot_belong_to_the_video_are_refused(talk, tmp_path, cues, complaint):
    path = tmp_path / "cues.srt"
    path.write_text(cues)
    with pytest.raises(InputError, match=complaint):
        dub(talk, tmp_path, transcript=path)


@pytest.mark.parametrize("stage", ["transcribe", "plan", "speak", "find_speech"])
@pytest.mark.parametrize("spoilt", [b"", b"{}"], ids=["empty", "garbage"])
@pytest.mark.usefixtures("first")
def test_a_damaged_work_file_is_made_again_or_named(talk, tmp_path, stage, spoilt):
    for path in tmp_path.glob(f".dubwright/*/{stage}/*"):
        path.write_bytes(spoilt)
    for path in [*tmp_path.glob(".dubwright/*/mix/*"), *tmp_path.glob(".dubwright/*/mux/*")]:
        path.unlink()
    if (stage, spoilt) == ("speak", b"{}"):
        with pytest.raises(StorageError, match="damaged"):
            dub(talk, tmp_path)
    else:
        assert dub(talk, tmp_path).dub.quality.completed


def test_a_long_file_name_is_shortened(talk, tmp_path):
    video = tmp_path / ("n" * 240 + ".mp4")
    video.write_bytes(talk.read_bytes())
    assert dub(video, tmp_path / "out").video.exists()


def test_a_script_with_a_byte_order_mark_is_read(talk, tmp_path, first):
    edit(first, 0, target_text="With a mark.")
    path = first.folder / "script.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert dub(talk, tmp_path).dub.script.utterances[0].target_text == "With a mark."


def test_subtitles_beside_an_edited_script_are_a_conflict(talk, tmp_path, first):
    edit(first, 0, target_text="Edited.")
    cues = tmp_path / "talk.srt"
    cues.write_text(SRT)
    with pytest.raises(ConflictError, match="subtitles were given"):
        dub(talk, tmp_path, transcript=cues)


def test_the_same_words_twice_are_one_take(talk, tmp_path):
    cues = tmp_path / "twice.srt"
    cues.write_text(
        "".join(
            f"{n}\n00:00:{3 * n:02},400 --> 00:00:{3 * n + 1:02},500\nYes, indeed.\n\n"
            for n in range(4)
        )
    )
    outcome = dub(talk, tmp_path, translation=cues)
    assert len(outcome.dub.script.utterances) == 4
    assert len(takes(tmp_path)) == len({p.speed for p in outcome.dub.fit.placements})


def test_a_webm_is_dubbed_with_its_sound_encoded_as_a_whole(talk, tmp_path):
    video = tmp_path / "talk.webm"
    coded = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(talk), *coded, str(video)], check=True, timeout=60
    )
    first = dub(video, tmp_path / "out")
    assert probe(first.video).audio[0].codec == "opus"
    edit(first, 1, target_text="A wholly new line.")
    assert dub(video, tmp_path / "out").dub.quality.completed


def test_a_rare_layout_is_dubbed_with_its_sound_encoded_as_a_whole(tmp_path):
    outcome = dub(make_video(tmp_path / "film.mp4", bursts=3, layout="quad"), tmp_path / "out")
    assert [track.codec for track in probe(outcome.video).audio] == ["aac", "aac"]
    assert probe(outcome.video).audio[0].channels == 4
