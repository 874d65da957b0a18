"""The model catalogue: which weights exist, where they come from, and that they are the right ones.

`default_store().locate("whisper-base")` gives the folder with that model's verified files.
"""

from pathlib import Path

from dubwright.catalogue.entry import CatalogueEntry, ModelFile, entries, entry
from dubwright.catalogue.store import FileCheck, ModelStatus, ModelStore, default_store

__all__ = [
    "CatalogueEntry",
    "FileCheck",
    "ModelFile",
    "ModelStatus",
    "ModelStore",
    "default_store",
    "entries",
    "entry",
    "is_ready",
    "locate",
]


def locate(model_id: str) -> Path:
    """The folder with a model's verified files in the default store; see `ModelStore.locate`."""
    return default_store().locate(model_id)


def is_ready(model_id: str) -> bool:
    """Whether `locate` can succeed in the default store; see `ModelStore.is_ready`."""
    return default_store().is_ready(model_id)
