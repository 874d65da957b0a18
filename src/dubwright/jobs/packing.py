"""Putting what was made into the store, as files that a person can download."""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from dubwright.domain.cues import Cue, to_srt, to_vtt
from dubwright.domain.fit import FitReport
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script
from dubwright.domain.timeline import Document
from dubwright.jobs.assignments import MadeArtifact, SpokenTakes
from dubwright.jobs.content_types import content_type_of
from dubwright.jobs.take_history import TAKES_NAME, Recorded, with_recorded
from dubwright.media.checksums import sha256_of
from dubwright.pipeline.results import Dub
from dubwright.pipeline.subtitling import subtitles_of
from dubwright.pipeline.workspace import StoreWorkspace
from dubwright.ports.object_store import ObjectStore


def pack_file(store: ObjectStore, name: str, file: Path) -> MadeArtifact:
    """Put a file into the store under the SHA-256 of what it holds."""
    sha256 = sha256_of(file)
    key = f"artifacts/{sha256}"
    store.put(key, file)
    return MadeArtifact(
        name=name,
        object_key=key,
        content_type=content_type_of(name),
        size_bytes=file.stat().st_size,
        sha256=sha256,
    )


def pack_text(store: ObjectStore, name: str, text: str) -> MadeArtifact:
    """Put a text into the store."""
    with tempfile.TemporaryDirectory(prefix="dubwright-text-") as folder:
        path = Path(folder) / "text"
        path.write_text(text, encoding="utf-8")
        return pack_file(store, name, path)


def pack_document(store: ObjectStore, name: str, document: Document) -> MadeArtifact:
    """Put a document into the store, laid out for people."""
    return pack_text(store, name, document.model_dump_json(indent=2))


def pack_dub(store: ObjectStore, made: Dub) -> tuple[MadeArtifact, ...]:
    """Everything of a finished dub; its video comes last."""
    reports = (
        pack_document(store, "qc.json", made.quality),
        *pack_lines(store, made.script, made.fit, end_ms=made.source.duration_ms),
    )
    if made.video is None:
        return reports
    return (*reports, pack_file(store, f"video.{made.source.container}", made.video))


def pack_lines(
    store: ObjectStore, script: Script, fit: FitReport, *, end_ms: int
) -> tuple[MadeArtifact, ...]:
    """The script, where its lines are placed, and subtitles in both languages."""
    texts = _subtitle_files(subtitles_of(script, fit, end_ms=end_ms))
    return (
        pack_document(store, "script.json", script),
        pack_document(store, "fit.json", fit),
        *(pack_text(store, name, text) for name, text in texts),
    )


def pack_takes(
    workspace: StoreWorkspace, recorded: Recorded, before: SpokenTakes, now: datetime
) -> MadeArtifact:
    """Where the takes of each line lie in the store, so that each can be listened to."""
    takes = with_recorded(before, recorded, workspace, now)
    return pack_document(workspace.store, TAKES_NAME, takes)


def _subtitle_files(subtitles: Mapping[LanguageTag, tuple[Cue, ...]]) -> Iterator[tuple[str, str]]:
    for language, cues in subtitles.items():
        yield f"subtitles.{language}.srt", to_srt(cues)
        yield f"subtitles.{language}.vtt", to_vtt(cues)
