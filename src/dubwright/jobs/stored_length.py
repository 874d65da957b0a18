"""How long a stored video says that it lasts, without fetching all of one that lies elsewhere."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from dubwright.domain.errors import InputError
from dubwright.jobs.service import Service
from dubwright.media.probe import stated_duration_ms
from dubwright.ports.object_store import ObjectStore

_END_BYTES: Final = 24 * 2**20


def stored_duration_ms(service: Service, key: str) -> int | None:
    """The length that the file states; None if its ends, all that is fetched, do not tell.

    Raises `InputError` for a file on this machine that is no video, `NotFoundError` for none.
    """
    limits = service.options.probe_limits
    near = service.store.local_path(key)
    if near is not None:
        return stated_duration_ms(near, limits=limits)
    with TemporaryDirectory(prefix="dubwright-ends-") as folder:
        ends = Path(folder) / "video"
        _write_ends(service.store, key, ends)
        try:
            return stated_duration_ms(ends, limits=limits)
        except InputError:
            return None


def _write_ends(store: ObjectStore, key: str, to: Path) -> None:
    """A file as long as the object with its two ends in place, and a hole between them.

    Containers have the list of their tracks, and how long these are, at one end or the other.
    """
    size_bytes = store.size_bytes(key) or 0
    with to.open("wb") as file:
        file.write(store.read(key, size_bytes=_END_BYTES))
        rest = max(file.tell(), size_bytes - _END_BYTES)
        if rest < size_bytes:
            file.seek(rest)
            file.write(store.read(key, start=rest))
