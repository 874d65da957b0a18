"""The model that a provider works with: a folder its operator named, or the catalogue's."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from dubwright.catalogue.entry import CatalogueEntry, entry
from dubwright.catalogue.store import default_store
from dubwright.domain.errors import NotFoundError, ProviderNotReady


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """`folder` holds the files of `model_id` by their catalogue names; None: the default store's.

    Errors carry `provider`, the registered name of the provider that asks.
    """

    model_id: str
    folder: Path | None
    provider: str

    @property
    def mark(self) -> str:
        """Changes whenever the files do: for a provider's fingerprint. Reads no file."""
        if self.folder is None:
            return f"{self.model_id}-{self._entry().digest}"
        stats = [(name, (self.folder / name).stat()) for name in self._present()]
        lines = [f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats]
        return f"{self.model_id}-{hashlib.sha256('|'.join(lines).encode()).hexdigest()[:12]}"

    def require(self) -> None:
        """Raise `ProviderNotReady` unless `locate` can succeed. Loads and hashes nothing."""
        if self.folder is not None:
            self._require_folder(self.folder)
        elif not default_store().is_ready(self._entry().id):
            raise ProviderNotReady(
                f"the model {self.model_id!r} is not on this machine",
                provider=self.provider,
                hint=f"run `dubwright models prepare {self.model_id}`, "
                f"or `dubwright models fetch {self.model_id}` to download it",
            )

    def locate(self) -> Path:
        """The folder with the files. Raises `ProviderNotReady` when one is missing."""
        if self.folder is None:
            return default_store().locate(self._entry().id)
        self._require_folder(self.folder)
        return self.folder

    def _require_folder(self, folder: Path) -> None:
        missing = [file.name for file in self._entry().files if file.name not in self._present()]
        if missing:
            raise ProviderNotReady(
                f"the folder {folder.name!r} lacks {', '.join(missing)} of {self.model_id!r}",
                provider=self.provider,
                hint="put the files there, or leave `models` unset to use the catalogue's",
            )

    def _present(self) -> list[str]:
        return [
            file.name
            for file in self._entry().files
            if self.folder is not None and (self.folder / file.name).is_file()
        ]

    def _entry(self) -> CatalogueEntry:
        try:
            return entry(self.model_id)
        except NotFoundError as exc:
            raise ProviderNotReady(exc.message, provider=self.provider, hint=exc.hint) from exc
