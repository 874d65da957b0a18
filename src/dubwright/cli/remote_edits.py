"""Edits of a dub's `script.json`, sent to the server that made the dub."""

from collections.abc import Iterator

from pydantic import JsonValue

from dubwright.cli.remote import RemoteServer
from dubwright.cli.remote_files import RemoteFolder, RemoteNote
from dubwright.domain.errors import ConflictError
from dubwright.domain.speech import Script, Utterance

_EDITABLE = ("target_text", "voice", "speed", "locked", "keep_original")


def send_edits(
    server: RemoteServer, folder: RemoteFolder, note: RemoteNote, target_path: str
) -> None:
    """Send what a person changed in `script.json`; what others changed on the server stays."""
    edited = folder.script()
    if note.script is None or edited is None:
        return
    for line, changes in edits_between(note.script, edited):
        server.change("PATCH", f"{target_path}/utterances/{line}", changes)
    folder.keep(note.model_copy(update={"script": edited}))


def edits_between(before: Script, after: Script) -> Iterator[tuple[int, dict[str, JsonValue]]]:
    """The lines that differ, and how. Raises `ConflictError` for more than that."""
    known = {line.id: line for line in before.utterances}
    if [line.id for line in after.utterances] != list(known):
        raise ConflictError(
            "`script.json` has other lines than the server",
            hint="lines are split, joined and timed on the server, in its transcript",
        )
    for line in after.utterances:
        changes = _changes(known[line.id], line)
        if changes:
            yield line.id, changes


def _changes(before: Utterance, after: Utterance) -> dict[str, JsonValue]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    changed = {name for name in new if new[name] != old[name]}
    fixed = changed - {*_EDITABLE, "variants"}
    if fixed:
        raise ConflictError(
            f"line {after.id} of `script.json` has another {min(fixed)!r} than the server",
            hint=f"change {', '.join(f'`{name}`' for name in _EDITABLE)} here, the rest there",
        )
    return {name: new[name] for name in _EDITABLE if name in changed}
