"""Whether the service can take requests: each part it stands on, and what to do where one fails."""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from dubwright.db.migrate import is_current
from dubwright.domain.errors import DubError
from dubwright.domain.timeline import Document
from dubwright.jobs.census import workers_alive
from dubwright.jobs.service import Service
from dubwright.sources.youtube_readiness import youtube_readiness

Part = Literal["database", "tables", "storage", "disk", "worker"]

_PROBE_KEY: Final = "probe/readiness"
_ANSWER_LASTS_S: Final = 3.0


class PartState(Document):
    """One part: whether it works, and if not, the next step.

    `needed`: nothing can be answered without it. Without the others work waits, or uploads do.
    """

    part: Part
    ok: bool
    needed: bool
    remedy: str | None = None


class YoutubeTools(Document):
    """What fetches YouTube's videos on the machine that answers.

    `yt_dlp` is its version, null where it is missing. One that is older than two months often no
    longer understands YouTube.
    """

    yt_dlp: str | None
    age_days: int | None
    javascript_runtime: bool


class Readiness(Document):
    """All parts. `ready` when every one works that is needed.

    `youtube` is null where links to YouTube are not taken; nothing of it makes a service unready.
    """

    ready: bool
    parts: tuple[PartState, ...]
    youtube: YoutubeTools | None = None


class ReadinessWatch:
    """Looks at most every few seconds, however often it is asked: the asking is open to all."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._turn = threading.Lock()
        self._looked_s = float("-inf")
        self._last: Readiness | None = None

    def look(self) -> Readiness:
        """The state of all parts, a few seconds old at most."""
        with self._turn:
            if self._last is None or time.monotonic() - self._looked_s > _ANSWER_LASTS_S:
                self._last = check_readiness(self._service)
                self._looked_s = time.monotonic()
            return self._last


def check_readiness(service: Service) -> Readiness:
    """Look at every part now."""
    parts = tuple(_state_of(check, service) for check in _CHECKS)
    ready = all(part.ok for part in parts if part.needed)
    return Readiness(ready=ready, parts=parts, youtube=_youtube_tools(service))


def _youtube_tools(service: Service) -> YoutubeTools | None:
    offer = service.options.links
    if offer.when == "never" or not offer.youtube:
        return None
    found = youtube_readiness(service.now().date())
    return YoutubeTools(
        yt_dlp=found.version,
        age_days=found.age_days,
        javascript_runtime=found.runtime is not None,
    )


@dataclass(frozen=True, slots=True)
class _Check:
    part: Part
    works: Callable[[Service], bool]
    remedy: str
    needed: bool = True


def _state_of(check: _Check, service: Service) -> PartState:
    try:
        ok = check.works(service)
    except (DubError, OSError):
        # Not told further: the answer is open to everybody, and may name hosts and folders.
        ok = False
    return PartState(
        part=check.part, ok=ok, needed=check.needed, remedy=None if ok else check.remedy
    )


def _database_answers(service: Service) -> bool:
    service.database.check()
    return True


def _tables_are_current(service: Service) -> bool:
    return is_current(service.database)


def _storage_takes_files(service: Service) -> bool:
    with tempfile.NamedTemporaryFile() as probe:
        service.store.delete(_PROBE_KEY)
        service.store.put(_PROBE_KEY, Path(probe.name))
        service.store.delete(_PROBE_KEY)
    return True


def _disk_has_room(service: Service) -> bool:
    free_bytes = shutil.disk_usage(service.options.data_folder).free
    return free_bytes >= service.options.spare_disk_bytes


def _worker_lives(service: Service) -> bool:
    return workers_alive(service) > 0


_CHECKS: Final = (
    _Check("database", _database_answers, "Start the database, and check `database_url`."),
    _Check("tables", _tables_are_current, "Stop older versions and start `dubwright serve` anew."),
    _Check("storage", _storage_takes_files, "Let the service write to its object store."),
    # These fail for all processes at once. One that is taken out of service for it can neither
    # queue work nor delete what fills the disk.
    _Check("disk", _disk_has_room, "Make room on the disk of the data folder.", needed=False),
    _Check(
        "worker",
        _worker_lives,
        "Start `dubwright serve`, or a worker with `--role worker`.",
        needed=False,
    ),
)
