"""Takes that people listen to: those that a line has had, and the sound of each as WAV."""

import io
import wave
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact, Target
from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.jobs.assignments import KeptTake, SpokenTakes
from dubwright.jobs.caller import Caller
from dubwright.jobs.lookup import own_target
from dubwright.jobs.resources import Page, TakeResource, UtteranceResource
from dubwright.jobs.scripts import UtteranceChanges, change_utterance
from dubwright.jobs.service import Service
from dubwright.jobs.take_history import TAKES_NAME, history_at, newest_first
from dubwright.pipeline.taking import recorded_take
from dubwright.ports.object_store import ObjectStore


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a target of a project."""

    project: str
    language: LanguageTag
    utterance: int


@dataclass(frozen=True, slots=True)
class TakeSound:
    """A take as a mono 16-bit WAV file. `name` changes whenever the sound does."""

    name: str
    wav: bytes


def list_takes(service: Service, caller: Caller, line: Line) -> Page[TakeResource]:
    """The last different takes of a line; none before it was spoken."""
    takes = _takes(service, caller, line)
    current = _name_in(takes.takes.get(line.utterance))
    kept = newest_first(takes.history.get(line.utterance, ()))
    return Page(items=tuple(_shown(take, is_current=take.name == current) for take in kept))


def newest_sound(service: Service, caller: Caller, line: Line) -> TakeSound:
    """The newest take of a line. Raises `NotFoundError` before it was spoken."""
    key = _takes(service, caller, line).takes.get(line.utterance)
    if key is None:
        raise NotFoundError(
            f"utterance {line.utterance} was not spoken yet",
            hint="`:synthesize` speaks all lines, `:run` makes the whole dub",
        )
    return _sound(service.store, key)


def take_sound(service: Service, caller: Caller, line: Line, name: str) -> TakeSound:
    """One of the takes that a line has had. Raises `NotFoundError`."""
    return _sound(service.store, _kept(service, caller, line, name).object_key)


def use_take(
    service: Service, caller: Caller, line: Line, name: str, *, revision: int | None
) -> tuple[UtteranceResource, int]:
    """Give a line the text, the voice and the speed of one of its takes, which is then used again.

    Returns the line, and the target's revision. Raises `PreconditionFailed`, `NotFoundError`.
    """
    take = _kept(service, caller, line, name)
    changes = UtteranceChanges(target_text=take.text, voice=take.voice, speed=take.speed)
    place = (line.project, line.language, line.utterance)
    return change_utterance(service, caller, *place, changes, revision=revision)


def takes_key(session: Session, target: Target) -> str | None:
    """Where the list of the takes of a target lies; None before anything was spoken."""
    wanted = (Artifact.target_id == target.id, Artifact.name == TAKES_NAME)
    return session.scalar(select(Artifact.object_key).where(*wanted))


def _takes(service: Service, caller: Caller, line: Line) -> SpokenTakes:
    with service.database.reading() as session:
        _, target = own_target(session, caller, line.project, line.language)
        key = takes_key(session, target)
    return history_at(service.store, key)


def _kept(service: Service, caller: Caller, line: Line, name: str) -> KeptTake:
    for take in _takes(service, caller, line).history.get(line.utterance, ()):
        if take.name == name:
            return take
    raise NotFoundError(
        f"utterance {line.utterance} has no take {name!r}",
        hint="list its takes: the last few different ones are kept",
    )


def _shown(take: KeptTake, *, is_current: bool) -> TakeResource:
    return TakeResource(
        name=take.name,
        text=take.text,
        voice=take.voice,
        speed=take.speed,
        created_at=take.created_at,
        duration_ms=take.duration_ms,
        current=is_current,
    )


def _name_in(key: str | None) -> str | None:
    return None if key is None else Path(key).stem


def _sound(store: ObjectStore, key: str) -> TakeSound:
    try:
        return TakeSound(Path(key).stem, _wav(_clip(store, key)))
    except NotFoundError as exc:
        raise NotFoundError(
            "the sound of this take is not kept any more", hint="`:synthesize` speaks it again"
        ) from exc


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
