"""`dubwright dub --server`: the same command, with a server doing the work.

The video or its link is sent, the dub is watched, and its files are fetched into the folder in which a dub
made here would lie. What was edited in that folder's `script.json` is sent before. Running the
command again goes on with the same project.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from dubwright.cli.remote import RemoteServer, failure_of, read_as
from dubwright.cli.remote_edits import send_edits
from dubwright.cli.remote_files import RemoteFolder, RemoteNote, artifacts_of, fetch_file
from dubwright.cli.remote_upload import Sending, announce, send_file, upload_id
from dubwright.cli.remote_watch import cancelling, watched
from dubwright.domain.errors import (
    Cancelled,
    ConflictError,
    DubError,
    InputError,
    NotFoundError,
)
from dubwright.domain.quality import QcReport
from dubwright.jobs.dub_folder import read_script
from dubwright.jobs.dub_video import DubRequest
from dubwright.jobs.given import read_cues, require_video
from dubwright.jobs.link_folder import AskedLink
from dubwright.media.checksums import sha256_of
from dubwright.pipeline.progress import Progress

_REPORTS_OF_FAILURE = ("qc.json", "fit.json")
_SUBTITLE_TYPES = {".srt": "application/x-subrip", ".vtt": "text/vtt"}


@dataclass(frozen=True, slots=True)
class RemoteRequest:
    """What to dub as a dub here would, and which engines the server shall use.

    With a `link` the server fetches the video itself, and that of `dub` is a mere name. `budget`
    is what the project may cost in all, in US dollars.
    """

    dub: DubRequest
    engines: dict[str, str]
    link: AskedLink | None = None
    budget: float | None = None

    def digest(self) -> str:
        """What the folder remembers the video by: its content, or its link."""
        if self.link is None:
            return sha256_of(self.dub.video)
        return hashlib.sha256(self.link.link.url.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Watching:
    """Who is told of progress, and what says that the person wants to stop."""

    progress: Progress
    stop: threading.Event


@dataclass(frozen=True, slots=True)
class RemoteOutcome:
    """The finished dub, where it lies, and its cost in US dollars; None where that is unknown."""

    quality: QcReport
    folder: Path
    video: Path
    cost: float | None


@dataclass(frozen=True, slots=True)
class Begun:
    """An operation on the server that works on the dub."""

    project: str
    operation: str


def begin_remote_dub(server: RemoteServer, request: RemoteRequest, watching: Watching) -> Begun:
    """Send what the server lacks, and have it work. Raises `Cancelled` while sending."""
    _refuse_what_is_not_sent(request.dub)
    if request.link is None:
        require_video(request.dub.video)
    # A wrong address or key is told at once, before anything is tried again and again.
    server.checked(server.send("GET", "/v1/projects", params={"limit": "1"}))
    folder = _folder(request.dub)
    note = folder.note(server.url, request.digest())
    project = _known_project(server, note) or _new_project(server, request, note, watching)
    note = note.model_copy(update={"upload": None, "project": project})
    folder.keep(note)
    # The budget first: whatever begins from here on has it.
    is_new_budget = _set_budget(server, request, project)
    working = _working_on(server, project)
    if working is not None:
        if is_new_budget and working.is_running:
            raise _runs_without_it(working)
        return Begun(project, working.operation)
    _bring_up_to_date(server, request, project)
    send_edits(server, folder, note, _target_path(project, request.dub))
    body: JsonValue = {"targets": [request.dub.target_language]}
    started = server.post(f"/v1/projects/{project}:run", body, once=f"run-{secrets.token_hex(16)}")
    return Begun(project, str(started.json()["id"]))


def finish_remote_dub(
    server: RemoteServer, request: RemoteRequest, begun: Begun, watching: Watching
) -> RemoteOutcome:
    """Watch until the server is done, and fetch what it made.

    A wish to stop cancels the operation on the server and raises `Cancelled`.
    """
    with cancelling(server, begun.operation, watching.stop):
        ended = watched(server, begun.operation, watching.progress)
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
    note = folder.note(server.url, request.digest())
    folder.keep(note.model_copy(update={"script": read_script(fetched["script.json"])}))
    quality = read_as(QcReport, fetched["qc.json"].read_bytes())
    usage = server.get(f"/v1/operations/{begun.operation}/usage").json()
    return RemoteOutcome(quality, folder.path, fetched[files[-1].name], usage["cost"])


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
    body: dict[str, JsonValue] = {
        "source_language": asked.source_language,
        "targets": [asked.target_language],
        "settings": _settings(request),
        "budget": request.budget,
    }
    if request.link is not None:
        once = secrets.token_hex(16)
        body["link"] = _link(request.link)
    else:
        place = _sent(server, asked, note, Sending(watching.progress, watching.stop.is_set))
        once = upload_id(place)
        body |= {"upload": once, "name": asked.video.name[:200]}
    made = server.post("/v1/projects", body, once=f"project-{once}")
    project = str(made.json()["id"])
    if asked.transcript is not None:
        _send_transcript(server, project, asked.transcript, str(asked.source_language))
    return project


def _link(asked: AskedLink) -> JsonValue:
    return {
        "url": asked.link.url,
        "rights_confirmed": asked.rights_confirmed,
        "use_captions": asked.use_captions,
    }


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


@dataclass(frozen=True, slots=True)
class _Working:
    operation: str
    is_running: bool


def _working_on(server: RemoteServer, project: str) -> _Working | None:
    """The operation that works on the project, or will: one that an earlier command left."""
    for state in ("queued", "running"):
        items = server.get("/v1/operations", project=project, state=state).json()["items"]
        if items:
            return _Working(str(items[0]["id"]), is_running=state == "running")
    return None


def _set_budget(server: RemoteServer, request: RemoteRequest, project: str) -> bool:
    """Give the project the budget that is asked for; whether it had another one."""
    path = f"/v1/projects/{project}"
    if request.budget is None or request.budget == server.get(path).json()["budget"]:
        return False
    server.change("PATCH", path, {"budget": request.budget})
    return True


def _runs_without_it(working: _Working) -> ConflictError:
    return ConflictError(
        f"operation {working.operation!r} may have begun before it had this budget",
        hint=f"wait for it, or `POST /v1/operations/{working.operation}:cancel`, and run this again",
    )


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
