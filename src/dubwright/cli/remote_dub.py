"""`dubwright dub --server`: the same command, with a server doing the work.

The video is sent, the dub is watched, and its files are fetched into the folder in which a dub
made here would lie. What was edited in that folder's `script.json` is sent before. Running the
command again goes on with the same project.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from dubwright.cli.remote import RemoteServer, failure_of, read_as, step, wait_s
from dubwright.cli.remote_files import (
    RemoteFolder,
    RemoteNote,
    artifacts_of,
    fetch_file,
    sha256_of,
)
from dubwright.cli.remote_upload import Sending, announce, send_file, upload_id
from dubwright.domain.errors import (
    Cancelled,
    ConflictError,
    DubError,
    InputError,
    NotFoundError,
)
from dubwright.domain.job import OperationProgress
from dubwright.domain.quality import QcReport
from dubwright.domain.speech import Script, Utterance
from dubwright.jobs.dub_folder import read_script
from dubwright.jobs.dub_video import DubRequest
from dubwright.jobs.given import read_cues, require_video
from dubwright.jobs.resources import OperationResource
from dubwright.pipeline.progress import Progress

_EDITABLE = ("target_text", "voice", "speed", "locked", "keep_original")
_POLLED_S = 2.0
_REPORTS_OF_FAILURE = ("qc.json", "fit.json")
_SUBTITLE_TYPES = {".srt": "application/x-subrip", ".vtt": "text/vtt"}


@dataclass(frozen=True, slots=True)
class RemoteRequest:
    """What to dub as a dub here would, and which engines the server shall use."""

    dub: DubRequest
    engines: dict[str, str]


@dataclass(frozen=True, slots=True)
class Watching:
    """Who is told of progress, and what says that the person wants to stop."""

    progress: Progress
    stop: threading.Event


@dataclass(frozen=True, slots=True)
class RemoteOutcome:
    """The finished dub and where it lies."""

    quality: QcReport
    folder: Path
    video: Path


@dataclass(frozen=True, slots=True)
class Begun:
    """An operation on the server that works on the dub."""

    project: str
    operation: str


def begin_remote_dub(server: RemoteServer, request: RemoteRequest, watching: Watching) -> Begun:
    """Send what the server lacks, and have it work. Raises `Cancelled` while sending."""
    _refuse_what_is_not_sent(request.dub)
    require_video(request.dub.video)
    # A wrong address or key is told at once, before anything is tried again and again.
    server.checked(server.send("GET", "/v1/projects", params={"limit": "1"}))
    folder = _folder(request.dub)
    note = folder.note(server.url, sha256_of(request.dub.video))
    project = _known_project(server, note) or _new_project(server, request, note, watching)
    note = note.model_copy(update={"upload": None, "project": project})
    folder.keep(note)
    working = _working_on(server, project)
    if working is not None:
        return Begun(project, working)
    _bring_up_to_date(server, request, project)
    _send_edits(server, folder, note, _target_path(project, request.dub))
    body: JsonValue = {"targets": [request.dub.target_language]}
    started = server.post(f"/v1/projects/{project}:run", body, once=f"run-{secrets.token_hex(16)}")
    return Begun(project, str(started.json()["id"]))


def finish_remote_dub(
    server: RemoteServer, request: RemoteRequest, begun: Begun, watching: Watching
) -> RemoteOutcome:
    """Watch until the server is done, and fetch what it made.

    A wish to stop cancels the operation on the server and raises `Cancelled`.
    """
    with _cancelling(server, begun.operation, watching.stop):
        ended = _watched(server, begun.operation, watching.progress)
    folder, target_path = _folder(request.dub), _target_path(begun.project, request.dub)
    if ended.state == "cancelled":
        raise Cancelled("the server stopped; finished work is kept")
    if ended.error is not None:
        failure = failure_of(ended.error)
        raise _with_reports(server, folder, target_path, failure, watching.progress)
    files = artifacts_of(server, target_path)
    fetched = {
        one.name: fetch_file(
            server, one, folder.path / folder.local_name(one.name), watching.progress
        )
        for one in files
    }
    note = folder.note(server.url, sha256_of(request.dub.video))
    folder.keep(note.model_copy(update={"script": read_script(fetched["script.json"])}))
    quality = read_as(QcReport, fetched["qc.json"].read_bytes())
    return RemoteOutcome(quality, folder.path, fetched[files[-1].name])


def _folder(asked: DubRequest) -> RemoteFolder:
    return RemoteFolder.of(asked.output, asked.video, asked.target_language)


def _target_path(project: str, asked: DubRequest) -> str:
    return f"/v1/projects/{project}/targets/{asked.target_language}"


def _refuse_what_is_not_sent(asked: DubRequest) -> None:
    if asked.translation is not None:
        raise InputError(
            "`--translation` does not work with `--server`",
            hint="dub first, then write your texts into `script.json` and run the command again",
        )
    if asked.transcript is not None and asked.source_language is None:
        raise InputError(
            "`--transcript` needs `--from` with `--server`", hint="name the language it is in"
        )


def _known_project(server: RemoteServer, note: RemoteNote) -> str | None:
    if note.project is None:
        return None
    try:
        server.get(f"/v1/projects/{note.project}")
    except NotFoundError:
        return None
    return note.project


def _new_project(
    server: RemoteServer, request: RemoteRequest, note: RemoteNote, watching: Watching
) -> str:
    asked = request.dub
    place = _sent(server, asked, note, Sending(watching.progress, watching.stop.is_set))
    body: dict[str, JsonValue] = {
        "upload": upload_id(place),
        "name": asked.video.name[:200],
        "source_language": asked.source_language,
        "targets": [asked.target_language],
        "settings": _settings(request),
    }
    made = server.post("/v1/projects", body, once=f"project-{upload_id(place)}")
    project = str(made.json()["id"])
    if asked.transcript is not None:
        _send_transcript(server, project, asked.transcript, str(asked.source_language))
    return project


def _sent(server: RemoteServer, asked: DubRequest, note: RemoteNote, sending: Sending) -> str:
    """Where the video was sent to; an upload that was begun before is gone on with."""
    if note.upload is not None:
        try:
            send_file(server, asked.video, note.upload, sending)
        except NotFoundError:
            pass
        else:
            return note.upload
    place = announce(server, asked.video)
    _folder(asked).keep(note.model_copy(update={"upload": place, "project": None}))
    send_file(server, asked.video, place, sending)
    return place


def _send_transcript(server: RemoteServer, project: str, path: Path, language: str) -> None:
    read_cues(path)  # what is no subtitles is told with the name of the file
    kind = _SUBTITLE_TYPES.get(path.suffix.lower(), _SUBTITLE_TYPES[".srt"])
    server.checked(
        server.send(
            "PUT",
            f"/v1/projects/{project}/transcript",
            headers={"If-Match": "*", "Content-Type": f"{kind}; charset=utf-8"},
            content=path.read_bytes(),
            params={"language": language},
        )
    )


def _settings(request: RemoteRequest) -> dict[str, JsonValue]:
    return {
        "speakers": request.dub.speakers,
        "keep_background": request.dub.keep_background,
        "engines": {**request.engines},
    }


def _working_on(server: RemoteServer, project: str) -> str | None:
    """The operation that works on the project, or will: one that an earlier command left."""
    for state in ("running", "queued"):
        items = server.get("/v1/operations", project=project, state=state).json()["items"]
        if items:
            return str(items[0]["id"])
    return None


def _bring_up_to_date(server: RemoteServer, request: RemoteRequest, project: str) -> None:
    """The project as the command line asks for it, which may be otherwise than the last time."""
    asked, path = request.dub, f"/v1/projects/{project}"
    shown = server.get(path).json()
    # Glossaries are set on the server, not here.
    settings = {**shown["settings"], **_settings(request)}
    if settings != shown["settings"]:
        server.change("PATCH", path, {"settings": settings})
    if asked.target_language not in [target["language"] for target in shown["targets"]]:
        server.post(f"{path}/targets", {"language": asked.target_language})
    if asked.voices:
        voices: dict[str, JsonValue] = {str(who): voice for who, voice in asked.voices.items()}
        server.change("PATCH", _target_path(project, asked), {"voices": voices})


def _send_edits(
    server: RemoteServer, folder: RemoteFolder, note: RemoteNote, target_path: str
) -> None:
    """Send what a person changed in `script.json`; what others changed on the server stays."""
    edited = folder.script()
    if note.script is None or edited is None:
        return
    for line, changes in _edits(note.script, edited):
        server.change("PATCH", f"{target_path}/utterances/{line}", changes)
    folder.keep(note.model_copy(update={"script": edited}))


def _edits(before: Script, after: Script) -> Iterator[tuple[int, dict[str, JsonValue]]]:
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


@contextmanager
def _cancelling(server: RemoteServer, operation: str, stop: threading.Event) -> Iterator[None]:
    """Cancel the operation as soon as the person wants to stop, whatever is being waited for."""
    over = threading.Event()

    def cancel_when_asked() -> None:
        while not over.is_set():
            if stop.wait(0.1):
                _cancel(server, operation)
                return

    thread = threading.Thread(target=cancel_when_asked, name="cancelling", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)


def _cancel(server: RemoteServer, operation: str) -> None:
    try:
        server.post(f"/v1/operations/{operation}:cancel")
    except DubError:
        # It ended at that moment, or the server is gone: whoever watches is told.
        return


def _watched(server: RemoteServer, operation: str, progress: Progress) -> OperationResource:
    """The operation when it has ended. Live where the server can be listened to, else asked."""
    last: int | None = None
    in_vain = 0
    told = _Told(progress)
    while True:
        try:
            for event in server.events(operation, last):
                last, in_vain = event.id, 0
                told(event.progress)
        except DubError:  # asking below tells what is wrong, if it is more than the stream
            in_vain += 1
        shown = read_as(OperationResource, server.get(f"/v1/operations/{operation}").content)
        told(shown.progress)
        if shown.done:
            return shown
        server.pause(min(_POLLED_S, wait_s(in_vain + 1)))


class _Told:
    """Passes progress on as the display knows it, each step once."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._last: OperationProgress | None = None

    def __call__(self, now: OperationProgress) -> None:
        if now.stage is None or now == self._last:
            return
        self._last = now
        self._progress(step(now.stage, now.done, max(now.total, 1)))


def _with_reports(
    server: RemoteServer,
    folder: RemoteFolder,
    target_path: str,
    failure: DubError,
    progress: Progress,
) -> DubError:
    """The failure, after fetching the reports that tell more of it, where there are any."""
    if failure.code != "quality_failed":
        return failure
    for one in artifacts_of(server, target_path):
        if one.name in _REPORTS_OF_FAILURE:
            fetch_file(server, one, folder.path / f"failed.{one.name}", progress)
        elif one.name == "script.json" and not (folder.path / one.name).exists():
            fetch_file(server, one, folder.path / one.name, progress)
    return failure
