"""Where model files may come from. A source delivers bytes; the store decides whether to take them."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal, Protocol

from dubwright.catalogue.download import download
from dubwright.catalogue.entry import CatalogueEntry, ModelFile, PackagePart

SourceName = Literal["folder", "mirror", "hub", "package", "npm"]

_CHUNK_BYTES = 1 << 20


class Source(Protocol):
    """One way to get a file."""

    @property
    def name(self) -> SourceName: ...

    def offer(self, entry: CatalogueEntry, file: ModelFile) -> str | None:
        """Where this source would take the file from, in words; None if it cannot. Cheap."""
        ...

    def read(self, entry: CatalogueEntry, file: ModelFile) -> Iterator[bytes]:
        """The bytes of a file it offers. Raises `ProviderError` or `OSError` when that fails."""
        ...


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Files that an operator put under `<folder>/<id>/<name>`."""

    folder: Path
    name: SourceName = "folder"

    def offer(self, entry: CatalogueEntry, file: ModelFile) -> str | None:
        path = self._path(entry, file)
        return str(path) if path.is_file() else None

    def read(self, entry: CatalogueEntry, file: ModelFile) -> Iterator[bytes]:
        return _chunks(self._path(entry, file))

    def _path(self, entry: CatalogueEntry, file: ModelFile) -> Path:
        return self.folder / entry.id / file.name


@dataclass(frozen=True, slots=True)
class MirrorSource:
    """An operator's server with the files at `<base_url>/<id>/<name>`."""

    base_url: str
    name: SourceName = "mirror"

    def offer(self, entry: CatalogueEntry, file: ModelFile) -> str | None:
        return f"{self.base_url.rstrip('/')}/{entry.id}/{file.name}"

    def read(self, entry: CatalogueEntry, file: ModelFile) -> Iterator[bytes]:
        url = f"{self.base_url.rstrip('/')}/{entry.id}/{file.name}"
        return download(url, max_bytes=file.size_bytes)


@dataclass(frozen=True, slots=True)
class HubSource:
    """The official publisher, at a pinned revision."""

    name: SourceName = "hub"

    def offer(self, entry: CatalogueEntry, file: ModelFile) -> str | None:
        return file.hub

    def read(self, entry: CatalogueEntry, file: ModelFile) -> Iterator[bytes]:
        if file.hub is None:
            raise FileNotFoundError(f"no publisher is known for {file.name!r}")
        return download(file.hub, max_bytes=file.size_bytes)


@dataclass(frozen=True, slots=True)
class PackageSource:
    """Installed Python packages that carry the file whole or in parts; none of them is imported."""

    name: SourceName = "package"

    def offer(self, entry: CatalogueEntry, file: ModelFile) -> str | None:
        paths = [_installed(part) for part in file.package]
        if not paths or any(path is None for path in paths):
            return None
        return "Python package " + ", ".join(part.distribution for part in file.package)

    def read(self, entry: CatalogueEntry, file: ModelFile) -> Iterator[bytes]:
        for part in file.package:
            path = _installed(part)
            if path is None:
                raise FileNotFoundError(f"Python package {part.distribution!r} lacks {part.path!r}")
            yield from _chunks(path)


def _installed(part: PackagePart) -> Path | None:
    try:
        path = Path(str(distribution(part.distribution).locate_file(part.path)))
    except PackageNotFoundError:
        return None
    return path if path.is_file() else None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk
