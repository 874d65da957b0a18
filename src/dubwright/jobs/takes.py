"""Takes that people listen to: where the newest one of each line lies, and its sound as WAV."""

import io
import wave
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import select

from dubwright.db.tables import Artifact
from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.jobs.assignments import SpokenTakes
from dubwright.jobs.caller import Caller
from dubwright.jobs.documents import read_document
from dubwright.jobs.lookup import own_target
from dubwright.jobs.packing import TAKES_NAME
from dubwright.jobs.service import Service
from dubwright.pipeline.taking import recorded_take
from dubwright.ports.object_store import ObjectStore


@dataclass(frozen=True, slots=True)
class TakeSound:
    """A take as a mono 16-bit WAV file. `name` changes whenever the sound does."""

    name: str
    wav: bytes


def take_sound(
    service: Service, caller: Caller, project_id: str, language: LanguageTag, utterance: int
) -> TakeSound:
    """The newest take of a line. Raises `NotFoundError` before it was spoken."""
    with service.database.reading() as session:
        _, target = own_target(session, caller, project_id, language)
        wanted = (Artifact.target_id == target.id, Artifact.name == TAKES_NAME)
        listed = session.scalar(select(Artifact.object_key).where(*wanted))
    if listed is None:
        raise _unspoken(utterance)
    key = read_document(service.store, SpokenTakes, listed).takes.get(utterance)
    if key is None:
        raise _unspoken(utterance)
    return TakeSound(Path(key).stem, _wav(_clip(service.store, key)))


def _clip(store: ObjectStore, key: str) -> SpeechClip:
    near = store.local_path(key)
    if near is not None:
        return recorded_take(near)
    with TemporaryDirectory(prefix="dubwright-take-") as folder:
        path = Path(folder) / "take.npz"
        store.fetch(key, path)
        return recorded_take(path)


def _wav(clip: SpeechClip) -> bytes:
    samples = np.clip(np.rint(clip.samples * 32_767), -32_768, 32_767).astype("<i2")
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.sample_rate)
        file.writeframes(samples.tobytes())
    return written.getvalue()


def _unspoken(utterance: int) -> NotFoundError:
    return NotFoundError(
        f"utterance {utterance} was not spoken yet",
        hint="`:synthesize` speaks all lines, `:run` makes the whole dub",
    )
