"""What a child process does with an assignment. Its engines stay loaded from one to the next."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dubwright import bootstrap
from dubwright.domain.errors import Cancelled
from dubwright.guard import CallRecord, Intended, Turns
from dubwright.guard.purse import Purse
from dubwright.jobs.assignments import Assignment
from dubwright.jobs.performing import Means, perform
from dubwright.jobs.reporting import Reporter
from dubwright.observability.logs import log_context
from dubwright.pipeline.tools import Tools
from dubwright.ports.object_store import ObjectStore
from dubwright.settings import Settings
from dubwright.worker.conversation import Conversation

_MOST_SETS_OF_ENGINES = 4
_LOOK_EVERY_S = 0.2


class _Present:
    """The operation that this child works on; its engines outlive it."""

    def __init__(self) -> None:
        self._reporter: Reporter | None = None
        self._purse: Purse | None = None
        self._worker: Conversation | None = None

    def begin(self, reporter: Reporter, purse: Purse, worker: Conversation) -> None:
        self._reporter, self._purse, self._worker = reporter, purse, worker

    def is_cancelled(self) -> bool:
        return self._worker is not None and self._worker.is_cancelled()

    def book_turn(self, name: str, calls_per_minute: float) -> float:
        return self._worker.book_turn(name, calls_per_minute) if self._worker else 0.0

    def before_call(self, intended: Intended) -> None:
        purse = self._purse
        if purse is not None:
            purse.reserve(intended)

    def observe(self, record: CallRecord) -> None:
        reporter = self._reporter
        if reporter is not None:
            reporter.call(record)


_PRESENT = _Present()


@dataclass(frozen=True, slots=True)
class _SharedTurns:
    """The turns that all workers of one database take together."""

    name: str
    calls_per_minute: float

    def wait_for_turn(self) -> None:
        left_s = _PRESENT.book_turn(self.name, self.calls_per_minute)
        while left_s > 0:
            if _PRESENT.is_cancelled():
                raise Cancelled(f"stopped while waiting for a turn of {self.name!r}")
            time.sleep(min(left_s, _LOOK_EVERY_S))
            left_s -= _LOOK_EVERY_S


def work(assignment_json: str, worker: Conversation) -> str:
    """Perform an assignment and return its outcome, both as JSON. Raises `Cancelled`."""
    assignment = Assignment.model_validate_json(assignment_json)
    settings = _settings()
    purse = Purse(bootstrap.price_list(settings), assignment.allowance)
    reporter = Reporter(worker.report, purse)
    _PRESENT.begin(reporter, purse, worker)
    means = Means(
        tools=_tools,
        store=_store(),
        scratch=_scratch(settings),
        workers=bootstrap.worker_count(settings),
        limits=bootstrap.probe_limits(settings),
        reporter=reporter,
        is_cancelled=worker.is_cancelled,
        links=bootstrap.build_link_fetcher(settings, turns=_scratch(settings) / "turns"),
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
        before_call=_PRESENT.before_call,
        turns=_turns,
    )


def _turns(name: str, calls_per_minute: float) -> Turns:
    return _SharedTurns(name, calls_per_minute)


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
