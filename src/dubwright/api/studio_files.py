"""The studio's files as they were built: read once, served compressed, kept by browsers."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_KEPT: Final = "public, max-age=31536000, immutable"
_ASKED_AGAIN: Final = "no-cache"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class StudioFile:
    """One built file. `encoded` has its compressed forms by the name of their encoding."""

    content: bytes
    content_type: str
    etag: str
    is_immutable: bool
    encoded: Mapping[str, bytes]

    def answer(self, headers: Headers, more: Mapping[str, str]) -> Response:
        """The file, in an encoding that the caller takes; 304 where they have it."""
        told = {
            **more,
            "ETag": self.etag,
            "Cache-Control": _KEPT if self.is_immutable else _ASKED_AGAIN,
            "Vary": "Accept-Encoding",
        }
        if headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=told)
        accepted = {
            part.split(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")
        }
        for encoding, content in self.encoded.items():
            if encoding in accepted:
                told["Content-Encoding"] = encoding
                return Response(content, headers=told, media_type=self.content_type)
        return Response(self.content, headers=told, media_type=self.content_type)


def read_studio(folder: Path) -> dict[str, StudioFile]:
    """Every file below `folder` by its path with `/`; names that begin with a dot are left out."""
    files: dict[str, StudioFile] = {}
    for path in sorted(folder.rglob("*")):
        name = PurePosixPath(path.relative_to(folder).as_posix())
        is_hidden = any(part.startswith(".") for part in name.parts)
        if is_hidden or not path.is_file() or name.suffix in (".br", ".gz"):
            continue
        files[str(name)] = _read(path, str(name))
    return files


def _read(path: Path, name: str) -> StudioFile:
    content = path.read_bytes()
    suffix = path.suffix
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    forms = {
        encoding: twin.read_bytes()
        for encoding, ending in _ENCODINGS
        if (twin := path.with_name(path.name + ending)).is_file()
    }
    return StudioFile(
        content=content,
        content_type=_TYPES.get(suffix, guessed),
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        is_immutable=name.startswith("assets/"),
        encoded=forms,
    )
