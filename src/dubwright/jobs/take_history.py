"""The history of takes: of each line the newest different ones, so that a person can go back."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from dubwright.domain.errors import NotFoundError
from dubwright.domain.speech import Script, Utterance
from dubwright.jobs.assignments import KeptTake, SpokenTakes
from dubwright.jobs.documents import read_document
from dubwright.pipeline.order import Pin
from dubwright.pipeline.taking import recorded_take, wording
from dubwright.pipeline.workspace import StoreWorkspace
from dubwright.ports.object_store import ObjectStore

TAKES_NAME: Final = "takes.json"
"""The artifact of a target that tells where its takes lie."""

MOST_TAKES: Final = 3


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was spoken of a target: its script, how each line was asked for, and by which engine."""

    script: Script
    asked: Mapping[int, Pin]
    takes: Mapping[int, Path]
    engine: str


def history_at(store: ObjectStore, key: str | None) -> SpokenTakes:
    """The takes there were before; none where nothing was spoken, or where it was cleaned up."""
    if key is None:
        return SpokenTakes(takes={})
    try:
        return read_document(store, SpokenTakes, key)
    except NotFoundError:
        return SpokenTakes(takes={})


def with_recorded(
    before: SpokenTakes, recorded: Recorded, workspace: StoreWorkspace, now: datetime
) -> SpokenTakes:
    """The newest takes, each first among the different ones that its line has had.

    A line that is no longer in the script takes its history with it.
    """
    lines = {line.id: line for line in recorded.script.utterances}
    keys = {line: workspace.object_key(take) for line, take in sorted(recorded.takes.items())}
    history = {
        number: before.history.get(number, ()) for number in lines if number in before.history
    }
    for number, take in sorted(recorded.takes.items()):
        known = before.history.get(number, ())
        newest = _known(known, take.stem)
        if newest is None:
            newest = _kept_take(lines[number], take, keys[number], recorded, now)
        others = [one for one in known if one.name != take.stem]
        history[number] = (newest, *others)[:MOST_TAKES]
    return SpokenTakes(takes=keys, history=history)


def takes_to_use(
    takes: SpokenTakes, script: Script, *, but_for: Container[int], engine: str
) -> dict[int, Pin]:
    """How those lines were spoken before that say again what a kept take of this engine says."""
    chosen = (line for line in script.utterances if line.id not in but_for)
    found = {line.id: _fitting(takes.history.get(line.id, ()), line, engine) for line in chosen}
    return {number: pin for number, pin in found.items() if pin is not None}


def newest_first(takes: Iterable[KeptTake]) -> Iterator[KeptTake]:
    """In the order in which they were spoken."""
    yield from sorted(takes, key=lambda take: take.created_at, reverse=True)


def _known(takes: Iterable[KeptTake], name: str) -> KeptTake | None:
    return next((take for take in takes if take.name == name), None)


def _kept_take(
    line: Utterance, take: Path, key: str, recorded: Recorded, now: datetime
) -> KeptTake:
    pin = recorded.asked[line.id]
    return KeptTake(
        name=take.stem,
        text=wording(line, pin.variant),
        voice=pin.voice,
        speed=line.speed,
        asked=pin.model_copy(update={"variant": 0}),
        engine=recorded.engine,
        object_key=key,
        duration_ms=recorded_take(take).duration_ms,
        created_at=now,
    )


def _fitting(takes: Iterable[KeptTake], line: Utterance, engine: str) -> Pin | None:
    """The newest take that says the line as it is asked for now. Its voice is looked at later."""
    for take in takes:
        says_it = take.text == line.target_text and take.speed == line.speed
        if says_it and take.engine == engine and line.voice in (None, take.voice):
            return take.asked
    return None
