"""The model store: a folder in which verified model files are prepared once and then shared."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dubwright.catalogue.entry import CatalogueEntry, ModelFile, entries, find_entry
from dubwright.catalogue.folders import make_once
from dubwright.catalogue.npm import NpmSource
from dubwright.catalogue.sources import (
    FolderSource,
    HubSource,
    MirrorSource,
    PackageSource,
    Source,
    SourceName,
)
from dubwright.domain.errors import ProviderError, ProviderNotReady, ProviderRejected

_MARKER = "prepared.json"
_READ_BYTES = 1 << 20
_BY_HAND = (
    "try again when the network is back; without one, put the files of `{id}` into the folder "
    "`{id}` of DUBWRIGHT_MODELS_FOLDER, or name a server that has them in DUBWRIGHT_MODELS_MIRROR"
)

ON_THIS_MACHINE: tuple[SourceName, ...] = ("folder", "mirror", "package")
"""What `locate` may use by default: no network but a mirror that the operator has named."""
FROM_PACKAGES: tuple[SourceName, ...] = ("folder", "mirror", "package", "npm")
EVERYWHERE: tuple[SourceName, ...] = ("folder", "mirror", "hub", "package", "npm")


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """How a model stands here. `origin` is the folder it is in or the places it can come from.

    `available`: `prepare` gets it; `downloadable`: only `fetch` does; `missing`: neither can.
    """

    state: Literal["ready", "available", "downloadable", "missing"]
    origin: str


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One prepared file, hashed again."""

    model_id: str
    name: str
    intact: bool


@dataclass(frozen=True, slots=True)
class ModelStore:
    """Prepared models under `folder`; `sources` are those that `locate` may use by itself."""

    folder: Path
    mirror: str | None = None
    sources: tuple[SourceName, ...] = ON_THIS_MACHINE
    catalogue: tuple[CatalogueEntry, ...] = field(default_factory=entries)

    def locate(self, model_id: str) -> Path:
        """The folder with the verified files of a model, prepared on first use.

        Raises `ProviderNotReady` if no source that the store may use has it.
        """
        return self._prepared(self._entry(model_id), self.sources)

    def is_ready(self, model_id: str) -> bool:
        """Whether `locate` has, or can see, every file. Hashes nothing, asks no server."""
        known = self._entry(model_id)
        return _is_whole(self._home(known), known) or self._origins(known, self.sources) is not None

    def is_damaged(self, model_id: str) -> bool:
        """Whether it was prepared, and a file is gone or has another size since. Hashes nothing."""
        known = self._entry(model_id)
        home = self._home(known)
        return (home / _MARKER).is_file() and not _is_whole(home, known)

    def prepare(self, model_id: str) -> Path:
        """Like `locate`, and may fetch packages too. Damaged files are made again."""
        self._discard_damaged(model_id)
        return self._prepared(self._entry(model_id), FROM_PACKAGES)

    def fetch(self, model_id: str) -> Path:
        """Like `prepare`, and may download from the official publisher."""
        self._discard_damaged(model_id)
        return self._prepared(self._entry(model_id), EVERYWHERE)

    def status(self, model_id: str) -> ModelStatus:
        """Whether a model is ready, can be had, or is out of reach. Cheap; asks no server."""
        known = self._entry(model_id)
        home = self._home(known)
        if _is_whole(home, known):
            return ModelStatus("ready", str(home))
        if origins := self._origins(known, FROM_PACKAGES):
            return ModelStatus("available", ", ".join(origins))
        if origins := self._origins(known, EVERYWHERE):
            return ModelStatus("downloadable", ", ".join(origins))
        return ModelStatus("missing", known.upstream)

    def verify(self, model_id: str) -> tuple[FileCheck, ...]:
        """Hash every prepared file again. Raises `ProviderNotReady` if the model is not prepared."""
        known = self._entry(model_id)
        home = self._home(known)
        if not (home / _MARKER).is_file():
            raise _not_ready(known, ["it has not been prepared"])
        return tuple(
            FileCheck(known.id, file.name, _matches(home / file.name, file)) for file in known.files
        )

    def derived(
        self, model_id: str, *, name: str, version: str, make: Callable[[Path], None]
    ) -> Path:
        """The folder with files that `make` derives from a model, made once per model and version.

        `make` gets an empty folder to fill. Whatever it raises leaves no folder behind.
        """
        known = self._entry(model_id)
        home = self._derived_home(known, name, version)
        return _guarded(known, lambda: make_once(home, make, is_whole=Path.is_dir))

    def has_derived(self, model_id: str, *, name: str, version: str) -> bool:
        """Whether `derived` has made that folder already."""
        return self._derived_home(self._entry(model_id), name, version).is_dir()

    def _discard_damaged(self, model_id: str) -> None:
        marker = self._home(self._entry(model_id)) / _MARKER
        if marker.is_file() and not all(check.intact for check in self.verify(model_id)):
            marker.unlink(missing_ok=True)

    def _derived_home(self, known: CatalogueEntry, name: str, version: str) -> Path:
        return self.folder / known.id / f"{known.digest}-{name}-{version}"

    def _entry(self, model_id: str) -> CatalogueEntry:
        return find_entry(model_id, self.catalogue)

    def _home(self, known: CatalogueEntry) -> Path:
        return self.folder / known.id / known.digest

    def _prepared(self, known: CatalogueEntry, names: tuple[SourceName, ...]) -> Path:
        def fill(fresh: Path) -> None:
            for file in known.files:
                _take(fresh / file.name, known, file, sources=self._open(names))
            hashes = {file.name: file.sha256 for file in known.files}
            (fresh / _MARKER).write_text(json.dumps(hashes, indent=2), encoding="utf-8")

        home = self._home(known)
        return _guarded(
            known, lambda: make_once(home, fill, is_whole=lambda path: _is_whole(path, known))
        )

    def _open(self, names: tuple[SourceName, ...]) -> tuple[Source, ...]:
        mirrors = (MirrorSource(self.mirror),) if self.mirror else ()
        every: tuple[Source, ...] = (
            FolderSource(self.folder),
            *mirrors,
            HubSource(),
            PackageSource(),
            NpmSource(),
        )
        return tuple(source for source in every if source.name in names)

    def _origins(
        self, known: CatalogueEntry, names: tuple[SourceName, ...]
    ) -> tuple[str, ...] | None:
        """The names of the sources that offer the files, or None if a file is offered by none."""
        found: dict[str, None] = {}
        for file in known.files:
            offering = [s.name for s in self._open(names) if s.offer(known, file)]
            if not offering:
                return None
            found[offering[0]] = None
        return tuple(found)


def default_store(folder: Path | None = None) -> ModelStore:
    """The store in `folder`, else in DUBWRIGHT_MODELS_FOLDER, else in the user's cache.

    DUBWRIGHT_MODELS_MIRROR names a server with the files at `<id>/<name>`.
    """
    chosen = folder or os.environ.get("DUBWRIGHT_MODELS_FOLDER") or _cache_folder()
    return ModelStore(
        Path(chosen).expanduser(), mirror=os.environ.get("DUBWRIGHT_MODELS_MIRROR") or None
    )


def _cache_folder() -> Path:
    """Where the XDG base directory specification wants it; it has relative paths ignored."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = named if named.is_absolute() else Path("~/.cache")
    return base / "dubwright" / "models"


def _is_whole(home: Path, known: CatalogueEntry) -> bool:
    if not (home / _MARKER).is_file():
        return False
    paths = [(home / file.name, file.size_bytes) for file in known.files]
    return all(path.is_file() and path.stat().st_size == size for path, size in paths)


def _take(
    target: Path, known: CatalogueEntry, file: ModelFile, *, sources: tuple[Source, ...]
) -> None:
    """Write one file from the first source whose bytes have the right hash."""
    refusals: list[str] = []
    for source in sources:
        origin = source.offer(known, file)
        if origin is None:
            continue
        try:
            _write_verified(target, source.read(known, file), file, origin=origin)
        except (ProviderError, OSError) as exc:
            refusals.append(str(exc))
        else:
            return
    everywhere = any(source.name == "hub" for source in sources)
    hint = _BY_HAND.format(id=known.id) if everywhere else None
    raise _not_ready(known, refusals or [f"no source offers {file.name!r}"], hint=hint)


def _write_verified(target: Path, chunks: Iterator[bytes], file: ModelFile, *, origin: str) -> None:
    digest = hashlib.sha256()
    size_bytes = 0
    with target.open("wb") as stream:
        for chunk in chunks:
            size_bytes += len(chunk)
            if size_bytes > file.size_bytes:
                break
            digest.update(chunk)
            stream.write(chunk)
    if size_bytes != file.size_bytes or digest.hexdigest() != file.sha256:
        raise ProviderRejected(
            f"{file.name!r} from {origin} is not the expected file", provider="models"
        )


def _matches(path: Path, file: ModelFile) -> bool:
    if not path.is_file() or path.stat().st_size != file.size_bytes:
        return False
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest() == file.sha256


def _guarded(known: CatalogueEntry, prepare: Callable[[], Path]) -> Path:
    try:
        return prepare()
    except OSError as exc:
        raise ProviderNotReady(
            f"cannot prepare model {known.id!r}: {exc}",
            provider="models",
            hint="free disk space, or name a writable folder in DUBWRIGHT_MODELS_FOLDER",
        ) from exc


def _not_ready(
    known: CatalogueEntry, reasons: list[str], *, hint: str | None = None
) -> ProviderNotReady:
    return ProviderNotReady(
        f"model {known.id!r} is not here: {'; '.join(reasons)}",
        provider="models",
        hint=hint
        or f"run `dubwright models prepare {known.id}`, "
        f"or `dubwright models fetch {known.id}` to download it from its publisher",
    )
