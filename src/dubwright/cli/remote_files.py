"""The folder of a dub that a server made: the same files as of a dub made here.

`.remote.json` remembers which project of which server it is, and the script as it was fetched, so
that the same command goes on with that project and knows what a person has changed since.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from dubwright.cli.remote import TRIES, RemoteServer, read_as, step, wait_s
from dubwright.domain.errors import ConflictError, InputError, ProviderUnavailable, StorageError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script
from dubwright.domain.timeline import Document
from dubwright.jobs.dub_folder import DubFolder, read_script
from dubwright.jobs.resources import ArtifactResource, Page
from dubwright.media.checksums import sha256_of
from dubwright.pipeline.progress import Progress

STAGE: Final = "download"

_NOTE: Final = ".remote.json"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_VIDEO: Final = re.compile(r"video(\.[a-z0-9]{1,5})")
_BLOCK: Final = 1 << 20
_PARTIAL: Final = 206


class RemoteNote(Document):
    """What the folder belongs to. `upload` is where the video is sent, until there is a project."""

    server: str
    source_sha256: str
    upload: str | None = None
    project: str | None = None
    script: Script | None = None


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """`<output>/<name>.<language>/` of a dub that a server makes."""

    path: Path

    @classmethod
    def of(cls, output: Path, video: Path, target: LanguageTag) -> "RemoteFolder":
        """The folder that a dub made here would have, too."""
        return cls(DubFolder(output, video, target).path)

    def note(self, server: str, source_sha256: str) -> RemoteNote:
        """What is known of this video on this server.

        Raises `ConflictError` when the folder holds another dub.
        """
        path = self.path / _NOTE
        if not path.exists():
            if (self.path / "script.json").exists():
                raise self._not_ours("a dub that was made on this machine")
            return RemoteNote(server=server, source_sha256=source_sha256)
        try:
            note = RemoteNote.model_validate_json(path.read_bytes())
        except ValidationError as exc:
            raise InputError(
                f"{str(path)!r} is damaged, or of another version of Dubwright",
                hint="delete it to begin anew; keep a copy of an edited script",
            ) from exc
        if note.source_sha256 != source_sha256:
            raise self._not_ours("the dub of another video")
        if note.server != server:
            raise self._not_ours(f"a dub of the server {note.server!r}")
        return note

    def keep(self, note: RemoteNote) -> None:
        """Remember for the next time."""
        self.path.mkdir(parents=True, exist_ok=True)
        part = self.path / f"{_NOTE}.part"
        part.write_text(note.model_dump_json(), encoding="utf-8")
        part.replace(self.path / _NOTE)

    def script(self) -> Script | None:
        """The script that lies here, which a person may have edited."""
        path = self.path / "script.json"
        return read_script(path) if path.exists() else None

    def local_name(self, artifact: str) -> str:
        """What a file of the server is called here. Raises `InputError` for what is no name."""
        video = _VIDEO.fullmatch(artifact)
        if video is not None:
            return f"{self.path.name}{video[1]}"
        if _NAME.fullmatch(artifact) is None:
            raise InputError(
                f"the server offers a file {artifact!r}, which is no name of a file",
                hint="check that the address is that of a Dubwright server",
            )
        return artifact

    def _not_ours(self, what: str) -> ConflictError:
        return ConflictError(
            f"{str(self.path)!r} holds {what}",
            hint="choose another `--output`, or move that folder away",
        )


def artifacts_of(server: RemoteServer, target_path: str) -> tuple[ArtifactResource, ...]:
    """The files of a target; its video last, as a dub made here writes it."""
    listed = read_as(Page[ArtifactResource], server.get(f"{target_path}/artifacts").content)
    return tuple(
        sorted(listed.items, key=lambda one: (_VIDEO.fullmatch(one.name) is not None, one.name))
    )


def fetch_file(
    server: RemoteServer, artifact: ArtifactResource, to: Path, progress: Progress
) -> Path:
    """Download a file, going on after cuts, and check that it is whole.

    One that is here already and the same is not fetched again.
    """
    if to.is_file() and sha256_of(to) == artifact.sha256:
        return to
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.{artifact.sha256[:16]}.part")
    in_vain = 0
    while (have := _size_bytes(part)) < artifact.size_bytes:
        try:
            _fetch_rest(server, artifact, part, progress)
        except ProviderUnavailable:
            in_vain = 1 if _size_bytes(part) > have else in_vain + 1
            if in_vain >= TRIES:
                raise
            server.pause(wait_s(in_vain))
    if sha256_of(part) != artifact.sha256:
        part.unlink()
        raise StorageError(
            f"{artifact.name!r} arrived damaged", hint="run the same command to fetch it again"
        )
    part.replace(to)
    return to


def _fetch_rest(
    server: RemoteServer, artifact: ArtifactResource, part: Path, progress: Progress
) -> None:
    have = _size_bytes(part)
    headers = {"Range": f"bytes={have}-"} if have else {}
    with server.streaming(artifact.url, headers) as answer:
        mode = "ab" if answer.status_code == _PARTIAL else "wb"
        with part.open(mode) as file:
            for block in answer.iter_bytes(_BLOCK):
                file.write(block)
                if file.tell() > artifact.size_bytes:
                    part.unlink()
                    raise StorageError(
                        f"{artifact.name!r} is larger than the server said",
                        hint="run the same command to fetch it again",
                    )
                progress(step(STAGE, file.tell(), artifact.size_bytes))


def _size_bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
