"""Documents in the object store, named by what they say."""

import hashlib
import tempfile
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from dubwright.domain.errors import StorageError
from dubwright.domain.timeline import Document
from dubwright.ports.object_store import ObjectStore

D = TypeVar("D", bound=Document)


def keep_document(store: ObjectStore, document: Document) -> str:
    """Put a document into the store and return its key. Equal documents have one key."""
    text = document.model_dump_json().encode()
    key = f"documents/{hashlib.sha256(text).hexdigest()}.json"
    with tempfile.TemporaryDirectory(prefix="dubwright-document-") as folder:
        path = Path(folder) / "document.json"
        path.write_bytes(text)
        store.put(key, path)
    return key


def read_document(store: ObjectStore, kind: type[D], key: str) -> D:
    """A document that was kept. Raises `NotFoundError`, or `StorageError` if it is damaged."""
    try:
        return kind.model_validate_json(store.read(key))
    except ValidationError as exc:
        raise StorageError(
            f"the document {key!r} is damaged, or of another version of Dubwright",
            hint="run the operation again; it is made anew",
        ) from exc
