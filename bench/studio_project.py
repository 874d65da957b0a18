"""A finished dub of a long video, without the hours of making it: for measuring the studio.

    python bench/studio_project.py FOLDER [--minutes 180] [--lines 2000] [--port 8000]

Writes a project into the fresh data folder FOLDER through the service's own functions: its video
(a test picture, one a second, and silence), its lines, and what a finished dub leaves behind. Then
serves it; the address of the project is the first line of output.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import fleet
import numpy as np

from dubwright import bootstrap
from dubwright.db.ids import new_id
from dubwright.db.tables import Operation, Upload
from dubwright.domain.audio import SpeechClip
from dubwright.domain.fit import FitReport, Measure, Placement
from dubwright.domain.language import parse_language
from dubwright.domain.media import Source
from dubwright.domain.speech import (
    Lines,
    Script,
    Speaker,
    SpeakerId,
    Speakers,
    SpeakerTurn,
    Utterance,
)
from dubwright.domain.timeline import TimeSpan
from dubwright.jobs.accounts import LOCAL_ACCOUNT, ensure_local_account
from dubwright.jobs.assignments import MadeArtifact, MadeTarget, Outcome
from dubwright.jobs.caller import ALL_SCOPES, Caller
from dubwright.jobs.concluding import conclude_operation
from dubwright.jobs.documents import keep_document
from dubwright.jobs.packing import pack_file, pack_lines
from dubwright.jobs.projects import NewProject, create_project
from dubwright.jobs.receipts import Receipt
from dubwright.jobs.resources import ProjectResource
from dubwright.jobs.scripts import UtteranceChanges, change_utterance, show_script
from dubwright.jobs.service import Service
from dubwright.media.peaks import write_peaks
from dubwright.media.poster import write_poster
from dubwright.media.probe import probe
from dubwright.pipeline.order import Pin
from dubwright.pipeline.showing import PEAKS

SAID = (
    ("Welcome back to the workshop.", "Bienvenidos de nuevo al taller."),
    (
        "Today we look at how a loom turns thread into cloth.",
        "Hoy veremos cómo un telar convierte el hilo en tela.",
    ),
    (
        "Keep one hand on the beam and the other on the shuttle.",
        "Mantén una mano en el travesaño y la otra en la lanzadera.",
    ),
    (
        "If the tension is uneven, the edge will curl.",
        "Si la tensión es desigual, el borde se enrollará.",
    ),
    (
        "That is easier to prevent than to repair.",
        "Eso es más fácil de prevenir que de reparar.",
    ),
    ("Let us start with the warp.", "Empecemos por la urdimbre."),
)
SPEAKERS = (SpeakerId("S1"), SpeakerId("S2"), SpeakerId("S3"))
MEASURES: tuple[Measure, ...] = ("top_speed", "later_onset", "review", "shorter_text")
SAMPLE_RATE = 2_000
EDITED_EVERY, LOOK_EVERY = 150, 11
SCENE, PAUSED = 60, 0.2


@dataclass(frozen=True)
class Spoken:
    """A sound that is louder where lines are; it is made as it is read."""

    spans: tuple[TimeSpan, ...]
    duration_ms: int
    sample_rate: int = SAMPLE_RATE

    def read(self, span: TimeSpan) -> SpeechClip:
        at_ms = np.arange(span.start_ms, span.end_ms, 1_000 / self.sample_rate)
        starts = np.array([one.start_ms for one in self.spans])
        ends = np.array([one.end_ms for one in self.spans])
        line = np.searchsorted(starts, at_ms, side="right") - 1
        speaks = (line >= 0) & (at_ms < ends[line])
        syllables = 0.55 + 0.45 * np.sin(at_ms / 61 + np.sin(at_ms / 700))
        loudness = np.where(speaks, (0.25 + 0.3 * np.sin(line * 2.4) ** 2) * syllables, 0.01)
        nearness = 0.35 + 0.65 * np.sin(at_ms / 420_000) ** 2
        noise = np.random.default_rng(span.start_ms).uniform(-1, 1, len(at_ms)) * nearness
        return SpeechClip((noise * loudness).astype(np.float32), self.sample_rate)


def main(folder: Path, minutes: float, lines: int, port: int) -> None:
    """Make the project, then become the server."""
    settings = {
        **fleet.stand_in_settings(),
        "DUBWRIGHT_DATA_FOLDER": str(folder),
        "DUBWRIGHT_SERVER__PORT": str(port),
    }
    os.environ.update(settings)
    project = make(bootstrap.build_service(bootstrap.load_settings()), minutes, lines)
    print(f"http://127.0.0.1:{port}/p/{project.id}", flush=True)
    # The server takes the place of this process, so that one id stops it.
    os.execv(sys.executable, [sys.executable, "-m", "dubwright.api"])  # noqa: S606 (no shell is wanted)


def make(service: Service, minutes: float, lines: int) -> ProjectResource:
    """A project whose dub into Spanish is finished, with some lines edited after it."""
    caller = Caller(LOCAL_ACCOUNT, None, ALL_SCOPES, "bench")
    with tempfile.TemporaryDirectory(prefix="dubwright-studio-") as place:
        video = make_video(Path(place) / "talk.mp4", minutes)
        source = probe(video)
        asked = NewProject(
            upload=add_upload(service, video, source),
            name="The hand loom, part one",
            source_language=parse_language("en"),
            targets=(parse_language("es"),),
        )
        project = create_project(service, caller, asked)
        operation = begin(service, project)
        outcome = dubbed(service, project, video, lines)
    conclude_operation(service, operation, 1, outcome)
    edit_some(service, caller, project.id)
    return project


def make_video(path: Path, minutes: float) -> Path:
    """A test picture, one a second, and silence."""
    seconds = str(minutes * 60)
    sources = ["testsrc=size=320x180:rate=1", "anullsrc=sample_rate=16000:channel_layout=mono"]
    given = [word for one in sources for word in ("-f", "lavfi", "-t", seconds, "-i", one)]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10"]
    program = ["ffmpeg", "-v", "error", *given, *coded, "-c:a", "aac", "-b:a", "16k"]
    subprocess.run([*program, "-movflags", "+faststart", str(path)], check=True)
    return path


def add_upload(service: Service, video: Path, source: Source) -> str:
    """An upload that has arrived."""
    key = f"sources/{source.sha256}"
    service.store.put(key, video)
    now = service.now()
    upload = Upload(
        id=new_id("upl"),
        account_id=LOCAL_ACCOUNT,
        key_id=None,
        file_name=video.name,
        size_bytes=source.size_bytes,
        received_bytes=source.size_bytes,
        sha256=source.sha256,
        object_key=key,
        created_at=now,
        expires_at=now + service.options.uploads_kept,
    )
    with service.database.writing() as session:
        ensure_local_account(service, session)
        session.add(upload)
        return upload.id


def begin(service: Service, project: ProjectResource) -> str:
    """The operation that will have made everything."""
    now = service.now()
    with service.database.writing() as session:
        operation = Operation(
            id=new_id("op"),
            account_id=LOCAL_ACCOUNT,
            project_id=project.id,
            kind="run",
            queue="long",
            submitted=True,
            state="running",
            created_at=now,
            started_at=now,
            last_news_at=now,
        )
        session.add(operation)
        return operation.id


def dubbed(service: Service, project: ProjectResource, video: Path, count: int) -> Outcome:
    """What a worker would have answered."""
    source, store = probe(video), service.store
    lines = said(count, source.duration_ms)
    spoken = script_of(lines)
    fit = FitReport(placements=tuple(placed(line) for line in lines))
    pins = {line.id: Pin(voice="stand-in", asked=1.0, speed=1.0, variant=0) for line in lines}
    receipt = Receipt(source_sha256=source.sha256, script=spoken, edited=False, spoken=pins)
    original = Spoken(tuple(line.span for line in lines), source.duration_ms)
    dub = Spoken(tuple(placement.span for placement in fit.placements), source.duration_ms)
    turns = tuple(SpeakerTurn(speaker=line.speaker, span=line.span) for line in lines)
    people = tuple(Speaker(id=speaker, speech_ms=1_000) for speaker in SPEAKERS)
    target = project.targets[0]
    made = MadeTarget(
        id=target.id,
        revision=target.revision,
        script_key=keep_document(store, spoken),
        receipt_key=keep_document(store, receipt),
        finished=True,
        artifacts=(
            *peaks(service, dub, video.parent),
            *pack_lines(store, spoken, fit, end_ms=source.duration_ms),
            pack_file(store, "audio.m4a", sound_alone(video)),
            pack_file(store, "video.mp4", video),
        ),
    )
    heard = tuple(line.model_copy(update={"target_text": ""}) for line in lines)
    return Outcome(
        source=source,
        source_language=parse_language("en"),
        lines_key=keep_document(store, Lines(language=parse_language("en"), utterances=heard)),
        speakers_key=keep_document(store, Speakers(turns=turns, people=people)),
        targets=(made,),
        artifacts=(
            *peaks(service, original, video.parent),
            pack_file(store, "poster.jpg", poster(video, source)),
        ),
    )


def said(count: int, duration_ms: int) -> tuple[Utterance, ...]:
    """Lines at an even pace, each shorter than its turn, with a long pause after every scene."""
    each_ms = duration_ms / count
    starts_ms = [(number - number % SCENE * PAUSED) * each_ms for number in range(count)]
    texts = islice(cycle(SAID), count)
    return tuple(
        Utterance(
            id=number + 1,
            speaker=SPEAKERS[number // 5 % len(SPEAKERS)],
            span=TimeSpan(
                start_ms=round(starts_ms[number]),
                end_ms=round(starts_ms[number] + (0.5 + 0.06 * (number % 5)) * each_ms),
            ),
            source_text=source_text,
            target_text=target_text,
        )
        for number, (source_text, target_text) in enumerate(texts)
    )


def script_of(lines: tuple[Utterance, ...]) -> Script:
    """The script that was spoken."""
    languages = {"source_language": "en", "target_language": "es"}
    return Script.model_validate({**languages, "utterances": lines})


def edit_some(service: Service, caller: Caller, project: str) -> None:
    """Reword some lines, as a person does who looks the dub through."""
    spanish = parse_language("es")
    script = show_script(service, caller, project, spanish)
    revision = script.revision
    for line in islice(script.utterances, EDITED_EVERY, None, EDITED_EVERY):
        reworded = UtteranceChanges(target_text=f"{line.target_text} Sin prisa.")
        _, revision = change_utterance(
            service, caller, project, spanish, line.id, reworded, revision=revision
        )


def placed(line: Utterance) -> Placement:
    """Where a line lies in the dub; some needed a measure for it."""
    needs_look = line.id % LOOK_EVERY == 0 and line.id // SCENE % 3 > 0
    return Placement(
        utterance=line.id,
        speaker=line.speaker,
        start_ms=line.span.start_ms + (400 if needs_look else 40 * (line.id % 4)),
        duration_ms=round(line.span.duration_ms * (0.84 + 0.04 * (line.id % 6))),
        speed=1.3 if needs_look else 1.05,
        onset_error_ms=400 if needs_look else 40 * (line.id % 4),
        measures=(MEASURES[line.id // LOOK_EVERY % len(MEASURES)],) if needs_look else (),
    )


def peaks(service: Service, sound: Spoken, folder: Path) -> Iterator[MadeArtifact]:
    """The files that tell how a sound runs."""
    for name, pairs_per_s in PEAKS.items():
        write_peaks(sound, pairs_per_s, folder / name)
        yield pack_file(service.store, name, folder / name)


def poster(video: Path, source: Source) -> Path:
    """A picture that stands for the video."""
    path = video.parent / "poster.jpg"
    write_poster(video, source, path, ffmpeg=bootstrap.build_ffmpeg(bootstrap.load_settings()))
    return path


def sound_alone(video: Path) -> Path:
    """The sound of the dub."""
    path = video.with_suffix(".m4a")
    copied = ["-vn", "-c", "copy", "-movflags", "+faststart", str(path)]
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(video), *copied], check=True)
    return path


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path)
    asked.add_argument("--minutes", type=float, default=180.0)
    asked.add_argument("--lines", type=int, default=2_000)
    asked.add_argument("--port", type=int, default=8_000)
    chosen = asked.parse_args()
    main(chosen.folder, chosen.minutes, chosen.lines, chosen.port)
