"""Documents in the object store, named by what they say."""

import hashlib
import tempfile
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from pydantic import ValidationError

from dubwright.domain.errors import StorageError
from dubwright.domain.timeline import Document
from dubwright.ports.object_store import ObjectStore

D = TypeVar("D", bound=Document)

_SHELF_BYTES: Final = 16 * 2**20
"""Of text; what is made of it takes several times as much memory."""


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
    return _parsed(kind, store.read(key), key)


class DocumentShelf:
    """Documents that were read lately, kept parsed until their texts take `most_bytes` together.

    A key stands for one document for ever, so what is here is never out of date.
    """

    def __init__(self, most_bytes: int = _SHELF_BYTES) -> None:
        self._most_bytes = most_bytes
        self._held_bytes = 0
        self._held: OrderedDict[tuple[type[Document], str], tuple[Document, int]] = OrderedDict()
        self._lock = Lock()

    def read(self, store: ObjectStore, kind: type[D], key: str) -> D:
        """The same as `read_document`."""
        with self._lock:
            held = self._held.get((kind, key))
            if held is not None:
                self._held.move_to_end((kind, key))
        if held is not None and isinstance(held[0], kind):
            return held[0]
        text = store.read(key)
        document = _parsed(kind, text, key)
        self._hold(kind, key, document, len(text))
        return document

    def _hold(self, kind: type[D], key: str, document: D, size_bytes: int) -> None:
        with self._lock:
            if (kind, key) in self._held or size_bytes > self._most_bytes:
                return
            self._held[kind, key] = (document, size_bytes)
            self._held_bytes += size_bytes
            while self._held_bytes > self._most_bytes:
                _, (_, freed_bytes) = self._held.popitem(last=False)
                self._held_bytes -= freed_bytes


def _parsed(kind: type[D], text: bytes, key: str) -> D:
    try:
        return kind.model_validate_json(text)
    except ValidationError as exc:
        raise StorageError(
            f"the document {key!r} is damaged, or of another version of Dubwright",
            hint="run the operation again; it is made anew",
        ) from exc
