"""The model catalogue: which weights exist, where they come from, and that they are the right ones.

`default_store().locate("whisper-base")` gives the folder with that model's verified files.
"""

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
]
