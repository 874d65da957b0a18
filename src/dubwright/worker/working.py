"""What a child process does with an assignment. Its engines stay loaded from one to the next."""

import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from dubwright import bootstrap
from dubwright.guard import CallRecord
from dubwright.jobs.assignments import Assignment
from dubwright.jobs.performing import Means, perform
from dubwright.jobs.reporting import Reporter
from dubwright.observability.logs import log_context
from dubwright.pipeline.tools import Tools
from dubwright.ports.object_store import ObjectStore
from dubwright.settings import Settings

_MOST_SETS_OF_ENGINES = 4


class _Present:
    """The operation that this child works on; its engines outlive it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reporter: Reporter | None = None
        self._is_cancelled: Callable[[], bool] = lambda: False

    def begin(self, reporter: Reporter, is_cancelled: Callable[[], bool]) -> None:
        with self._lock:
            self._reporter, self._is_cancelled = reporter, is_cancelled

    def is_cancelled(self) -> bool:
        return self._is_cancelled()

    def observe(self, record: CallRecord) -> None:
        reporter = self._reporter
        if reporter is not None:
            reporter.call(record)


_PRESENT = _Present()


def work(
    assignment_json: str, report: Callable[[str], None], is_cancelled: Callable[[], bool]
) -> str:
    """Perform an assignment and return its outcome, both as JSON. Raises `Cancelled`."""
    assignment = Assignment.model_validate_json(assignment_json)
    settings = _settings()
    reporter = Reporter(report)
    _PRESENT.begin(reporter, is_cancelled)
    means = Means(
        tools=_tools,
        store=_store(),
        scratch=_scratch(settings),
        workers=bootstrap.worker_count(settings),
        limits=bootstrap.probe_limits(settings),
        reporter=reporter,
        is_cancelled=is_cancelled,
    )
    with log_context(operation=assignment.operation, request=assignment.request or ""):
        try:
            return perform(assignment, means).model_dump_json()
        finally:
            reporter.log_stages()


def _tools(chosen: Mapping[str, str]) -> Tools:
    return _kept_tools(tuple(sorted(chosen.items())))


@lru_cache(maxsize=_MOST_SETS_OF_ENGINES)
def _kept_tools(chosen: tuple[tuple[str, str], ...]) -> Tools:
    return bootstrap.build_tools(
        _settings(),
        chosen=dict(chosen),
        is_cancelled=_PRESENT.is_cancelled,
        observe=_PRESENT.observe,
    )


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return bootstrap.load_service_settings()


@lru_cache(maxsize=1)
def _store() -> ObjectStore:
    return bootstrap.build_store(_settings())


def _scratch(settings: Settings) -> Path:
    folder = settings.data_folder.resolve() / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
