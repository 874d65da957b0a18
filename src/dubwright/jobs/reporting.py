"""What a worker tells while it works: how far it is, and every engine call."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from dubwright.domain.language import LanguageTag
from dubwright.domain.pricing import PriceList
from dubwright.guard import CallRecord
from dubwright.guard.purse import Purse
from dubwright.jobs.assignments import CallNews, FetchedNews, LogNews, StageNews
from dubwright.jobs.forecast import Forecast
from dubwright.pipeline.progress import StageEvent

log = structlog.get_logger()

_AT_MOST_EVERY_S = 0.25


@dataclass(slots=True)
class _StageSoFar:
    began_s: float
    last_s: float = 0.0
    pieces: int = 0
    reused: int = 0


class Reporter:
    """Turns what happens into news, one JSON text each; safe to call from many threads.

    Of the many steps of a stage those are told that come a quarter of a second after the last;
    its first and its last step are always told. Calls are paid from `purse`.
    """

    def __init__(self, tell: Callable[[str], None], purse: Purse | None = None) -> None:
        self._tell = tell
        self._purse = purse or Purse(PriceList())
        self._lock = threading.Lock()
        self._forecast = Forecast()
        self._began_s = time.monotonic()
        self._told_s: dict[str, float] = {}
        self._stages: dict[str, _StageSoFar] = {}
        self._target: LanguageTag | None = None
        self._number, self._targets = 0, 1

    def begin_target(self, target: LanguageTag, number: int, targets: int) -> None:
        """Target `number`, counted from 0, of `targets` begins."""
        with self._lock:
            self._forecast = Forecast()
            self._target, self._number, self._targets = target, number, targets

    def __call__(self, event: StageEvent) -> None:
        """Take a step of a stage."""
        with self._lock:
            self._forecast.take(event)
            now_s = time.monotonic()
            self._note(event, now_s)
            is_step = event.state == "advanced"
            if is_step and now_s - self._told_s.get(event.stage, 0.0) < _AT_MOST_EVERY_S:
                return
            self._told_s[event.stage] = now_s
            news = self._news(event, now_s - self._began_s)
        self._tell(news.model_dump_json())

    def call(self, record: CallRecord) -> None:
        """Take one attempt at one engine call; questions that cost nothing are not told."""
        bill = self._purse.settle(record)
        if not record.asked.units and not bill.billed:
            return
        log.info(
            "provider.called",
            kind=record.kind,
            provider=record.provider,
            call=record.call,
            units=record.asked.units,
            unit=record.asked.unit,
            billed_units=bill.billed_units,
            elapsed_ms=record.elapsed_ms,
            outcome=record.outcome,
        )
        news = CallNews(
            kind=record.kind,
            provider=record.provider,
            call=record.call,
            piece=record.asked.piece,
            units=record.asked.units,
            unit=record.asked.unit,
            product=bill.product,
            billed=bill.billed,
            billed_units=bill.billed_units,
            cost_micro_usd=bill.cost_micro_usd,
            prices_as_of=bill.prices_as_of,
            elapsed_ms=record.elapsed_ms,
            outcome=record.outcome,
        )
        self._tell(news.model_dump_json())

    def log_stages(self) -> None:
        """One line in the worker's log for every stage that there was."""
        with self._lock:
            stages, self._stages = self._stages, {}
        for stage, so_far in stages.items():
            log.info(
                "stage.finished",
                stage=stage,
                pieces=so_far.pieces,
                elapsed_ms=round(1000 * (so_far.last_s - so_far.began_s)),
                all_reused=so_far.reused > 0 and so_far.pieces == so_far.reused,
            )

    def fetched(self, news: FetchedNews) -> None:
        """The source is in the store now."""
        self._tell(news.model_dump_json())

    def log(self, message: str) -> None:
        """A sentence for the operation's log."""
        self._tell(LogNews(message=message).model_dump_json())

    def _note(self, event: StageEvent, now_s: float) -> None:
        so_far = self._stages.setdefault(event.stage, _StageSoFar(now_s))
        so_far.last_s, so_far.pieces = now_s, event.done
        so_far.reused += event.state == "reused"

    def _news(self, event: StageEvent, elapsed_s: float) -> StageNews:
        share = (self._number + self._forecast.share_done) / self._targets
        left_s = elapsed_s * (1 - share) / share if share >= 0.05 else None
        return StageNews(
            stage=event.stage,
            done=event.done,
            total=event.total,
            percent=round(100 * share, 1),
            eta_s=None if left_s is None else round(left_s),
            target=self._target,
        )
