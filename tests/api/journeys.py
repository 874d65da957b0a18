"""What most tests of the routes begin with: uploads, projects, and work that has ended."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from starlette.testclient import TestClient

from dubwright.domain.audio import SpeechClip
from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.language import LanguageTag
from dubwright.domain.media import AudioTrack, Source, VideoTrack
from dubwright.domain.quality import Check, QcReport
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
from dubwright.jobs.accounts import LOCAL_ACCOUNT
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.assignments import KeptTake, MadeArtifact, MadeTarget, Outcome, SpokenTakes
from dubwright.jobs.authentication import local_caller
from dubwright.jobs.caller import Caller
from dubwright.jobs.concluding import conclude_operation
from dubwright.jobs.documents import keep_document
from dubwright.jobs.packing import TAKES_NAME, pack_document, pack_file, pack_text
from dubwright.jobs.receiving import Piece, open_receiver
from dubwright.jobs.running_sums import RunningSums
from dubwright.jobs.service import Service
from dubwright.jobs.uploads import NewUpload, create_upload
from dubwright.pipeline.order import Pin
from dubwright.pipeline.taking import write_take
from dubwright.ports.object_store import ObjectStore

OWNER = Caller(LOCAL_ACCOUNT, None, frozenset(("read", "write", "admin")), "req_tests")
VIDEO = bytes(range(256)) * 40
DE, EN = LanguageTag("de"), LanguageTag("en")
S1, S2 = SpeakerId("S1"), SpeakerId("S2")
SOURCE = Source(
    sha256="ab" * 32,
    container="mp4",
    duration_ms=20_000,
    size_bytes=len(VIDEO),
    video=VideoTrack(index=0, codec="h264", width=640, height=360, frame_ms=40, duration_ms=20_000),
    audio=(
        AudioTrack(
            index=1,
            codec="aac",
            channels=2,
            layout="stereo",
            sample_rate=48_000,
            start_ms=0,
            duration_ms=20_000,
            language=None,
            is_default=True,
            is_commentary=False,
        ),
    ),
    subtitles=(),
)
SAID = ("Good morning, everyone.", "We begin now.", "Thank you all.")
SPEAKS = (S1, S1, S2)


def finished_upload(service: Service, content: bytes = VIDEO, name: str = "A talk.mp4") -> str:
    """The id of a complete upload of the local account."""
    local_caller(service, "req_tests")
    upload = create_upload(service, OWNER, NewUpload(size_bytes=len(content), file_name=name))
    receiver = open_receiver(service, OWNER, upload.id, piece=Piece(0), sums=RunningSums())
    receiver.finish(content)
    return upload.id


def new_project(client: TestClient, service: Service, *targets: str, **more: object) -> str:
    """The id of a new project."""
    asked = {"upload": finished_upload(service), "targets": list(targets), **more}
    answer = client.post("/v1/projects", json=asked)
    assert answer.status_code == 201, answer.text
    project: str = answer.json()["id"]
    return project


def transcript() -> Lines:
    """Three lines: two of S1, one of S2."""
    return Lines(
        language=EN,
        utterances=tuple(
            Utterance(
                id=number,
                speaker=speaker,
                span=TimeSpan(start_ms=number * 5_000 - 4_000, end_ms=number * 5_000),
                source_text=text,
            )
            for number, (speaker, text) in enumerate(zip(SPEAKS, SAID, strict=True), start=1)
        ),
    )


def script() -> Script:
    """The lines, translated: each ends in its number."""
    return Script(
        source_language=EN,
        target_language=DE,
        utterances=tuple(
            line.model_copy(update={"target_text": f"Zeile {line.id}", "variants": ("Kurz",)})
            for line in transcript().utterances
        ),
    )


def speakers() -> Speakers:
    """Who speaks in it."""
    return Speakers(
        turns=tuple(
            SpeakerTurn(speaker=line.speaker, span=line.span) for line in transcript().utterances
        ),
        people=(
            Speaker(id=S1, speech_ms=8_000, pitch_hz=120.0, gender="male"),
            Speaker(id=S2, speech_ms=4_000, pitch_hz=210.0, gender="female"),
        ),
    )


def concluded(service: Service, operation: str, outcome: Outcome) -> None:
    """Let a worker have done an operation."""
    assert begin_operation(service, operation, 1) is not None
    conclude_operation(service, operation, 1, outcome)


def started(client: TestClient, path: str, asked: object = None) -> str:
    """The id of an operation that a POST starts."""
    answer = client.post(path, json=asked)
    assert answer.status_code == 202, answer.text
    operation: str = answer.json()["id"]
    return operation


@dataclass(frozen=True)
class Dubbed:
    """A project that was dubbed into German by an operation, all of it made up."""

    id: str
    operation: str

    @property
    def url(self) -> str:
        return f"/v1/projects/{self.id}"

    @property
    def target_url(self) -> str:
        return f"{self.url}/targets/de"


def transcribed_project(client: TestClient, service: Service, *targets: str) -> str:
    """The id of a project with a transcript and speakers."""
    project = new_project(client, service, *targets)
    operation = started(client, f"/v1/projects/{project}:transcribe")
    concluded(service, operation, _heard(service.store))
    return project


def dubbed_project(client: TestClient, service: Service, video: bytes = VIDEO) -> Dubbed:
    """A project with a finished German target."""
    project = transcribed_project(client, service, "de")
    target = client.get(f"/v1/projects/{project}/targets/de").json()
    operation = started(client, f"/v1/projects/{project}:run")
    made = MadeTarget(
        id=target["id"],
        revision=target["revision"],
        script_key=keep_document(service.store, script()),
        receipt_key=None,
        finished=True,
        artifacts=tuple(_artifacts(service.store, video)),
    )
    outcome = _heard(service.store).model_copy(update={"targets": (made,)})
    concluded(service, operation, outcome)
    return Dubbed(project, operation)


def _heard(store: ObjectStore) -> Outcome:
    return Outcome(
        source=SOURCE,
        source_language=EN,
        lines_key=keep_document(store, transcript()),
        speakers_key=keep_document(store, speakers()),
    )


def _artifacts(store: ObjectStore, video: bytes) -> list[MadeArtifact]:
    placements = tuple(
        Placement(utterance=n, speaker=s, start_ms=n * 5_000 - 4_000, duration_ms=3_000, speed=1.1)
        for n, s in enumerate(SPEAKS, start=1)
    )
    check = Check(name="length", value=0.0, limit="≤ 40", unit="ms", passed=True, hard=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "video"
        path.write_bytes(video)
        packed = pack_file(store, "video.mp4", path)
    return [
        packed,
        pack_document(store, "fit.json", FitReport(placements=placements)),
        pack_document(store, "qc.json", QcReport(checks=(check,))),
        pack_text(store, "subtitles.de.srt", "1\n00:00:01,000 --> 00:00:02,000\nZeile 1\n\n"),
        pack_document(store, TAKES_NAME, _spoken(_take(store))),
    ]


def _spoken(take: str) -> SpokenTakes:
    """Line 1 was spoken, once."""
    kept = KeptTake(
        name=Path(take).stem,
        text="Zeile 1",
        voice="anna",
        speed=None,
        asked=Pin(voice="anna", asked=1.0, speed=1.0, variant=0),
        engine="tone/1",
        object_key=take,
        duration_ms=1_000,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return SpokenTakes(takes={1: take}, history={1: (kept,)})


def _take(store: ObjectStore) -> str:
    """A second of a quiet tone at 24 kHz, as the stage that speaks keeps it."""
    samples = (0.25 * np.sin(np.arange(24_000) / 10)).astype(np.float32)
    key = "work/abababababababab/speak/0123456789abcdef01234567.npz"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "take.npz"
        write_take(path, SpeechClip(samples, 24_000))
        store.put(key, path)
    return key
