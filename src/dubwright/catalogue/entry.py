"""A catalogue entry: one model, its files with size and SHA-256, and where each may be found."""

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from dubwright.domain.errors import NotFoundError

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PackagePart(_Frozen):
    """One piece of a file inside an installed Python package, by its path from site-packages."""

    distribution: str
    path: str


class NpmArrays(_Frozen):
    """Raw float32 arrays in an npm package, one per member of `folder`, packed as one npz file."""

    package: str
    version: str
    tarball_sha256: Sha256
    folder: str
    shape: tuple[PositiveInt, ...]


class ModelFile(_Frozen):
    """One file. The hash alone decides whether bytes are accepted, whoever delivered them."""

    name: FileName
    size_bytes: PositiveInt
    sha256: Sha256
    hub: str | None = None
    package: tuple[PackagePart, ...] = ()
    npm: NpmArrays | None = None


class CatalogueEntry(_Frozen):
    """One model. `languages` are base tags; empty where language does not matter."""

    id: FileName
    title: str
    licence: str
    attribution: str
    upstream: str
    languages: tuple[str, ...] = ()
    files: Annotated[tuple[ModelFile, ...], Field(min_length=1)]

    @property
    def size_bytes(self) -> int:
        """The size of all files."""
        return sum(file.size_bytes for file in self.files)

    @property
    def digest(self) -> str:
        """Twelve hex digits that change whenever a file of the model does."""
        lines = sorted(f"{file.name} {file.sha256}" for file in self.files)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


class _Catalogue(_Frozen):
    model: tuple[CatalogueEntry, ...]


@cache
def entries() -> tuple[CatalogueEntry, ...]:
    """Every model this release knows, in the catalogue's order."""
    text = files("dubwright.catalogue").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return _Catalogue.model_validate(tomllib.loads(text)).model


def entry(model_id: str) -> CatalogueEntry:
    """The entry of one model. Raises `NotFoundError` for an unknown id."""
    return find_entry(model_id, entries())


def find_entry(model_id: str, catalogue: tuple[CatalogueEntry, ...]) -> CatalogueEntry:
    """The entry of one model in a catalogue. Raises `NotFoundError` for an unknown id."""
    for known in catalogue:
        if known.id == model_id:
            return known
    raise NotFoundError(
        f"no model {model_id!r} in the catalogue", hint="`dubwright models list` shows them"
    )
