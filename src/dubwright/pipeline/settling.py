"""Settling: all takes are there; what they measure decides where each line finally sounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.fitting import FitLimits, settle
from dubwright.domain.timeline import TimeSpan
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.order import Pin
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.rehearsing import RehearsedScene
from dubwright.pipeline.taking import length_ms, recorded_take, wording
from dubwright.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class Takes:
    """The settled fit and the take of every placed line."""

    report: FitReport
    recorded: Mapping[int, Path]
    texts: Mapping[int, str]
    asked: Mapping[int, Pin]
    settled: tuple[Placement, ...] = ()
    """The placements of all lines, those that keep the original among them."""

    @property
    def fit_in(self) -> bool:
        """Whether every take ends before the video does."""
        return self.report.feasible


def settle_takes(
    rehearsed: Sequence[RehearsedScene], heard: Listened, tools: Tools, pool: WorkPool
) -> Takes:
    """Wait for all takes and fit what they measure. Nothing is spoken again."""
    lines = [one for scene in rehearsed for one in scene.lines]
    planned = {one.line.id: one.placement for one in lines}
    takes = {one.line.id: pool.result(one.take) for one in lines if one.take is not None}
    native = tools.text_to_speech.native_speed
    fresh = {line.line.id for line in lines if line.take is not None and not line.settled}
    measured = {
        line: length_ms(recorded_take(takes[line].path), 1.0 if native else planned[line].speed)
        for line in fresh
    }
    limits = FitLimits(end_ms=heard.source.duration_ms)
    as_spoken = [
        placed.model_copy(update={"speed": takes[line].asked.speed}) if line in fresh else placed
        for line, placed in planned.items()
    ]
    settled = settle(as_spoken, measured, limits)
    return Takes(
        report=FitReport(
            placements=tuple(
                placed.model_copy(update={"spoken_by": takes[placed.utterance].asked.spoken_by})
                for placed in settled
                if placed.utterance in takes
            ),
            feasible=all(placed.end_ms <= limits.end_ms for placed in settled),
            infeasible_clusters=_joined_clusters(rehearsed),
        ),
        settled=settled,
        recorded={line: take.path for line, take in takes.items()},
        asked={line: take.asked for line, take in takes.items()},
        texts={
            one.line.id: wording(one.line, one.placement.variant)
            for one in lines
            if one.take is not None
        },
    )


def _joined_clusters(rehearsed: Sequence[RehearsedScene]) -> tuple[TimeSpan, ...]:
    """The clusters of all plans. Neighbouring plans see each other's lines, so some come twice."""
    found = {
        (cluster.start_ms, cluster.end_ms): cluster
        for scene in rehearsed
        for cluster in scene.plan.infeasible_clusters
    }
    return tuple(found[times] for times in sorted(found))
