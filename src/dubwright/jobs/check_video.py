"""Proving a dubbed file on its own, or against its source."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from dubwright.domain.errors import InputError
from dubwright.domain.fit import FitReport
from dubwright.domain.quality import QcReport
from dubwright.domain.speech import Utterance
from dubwright.jobs.dub_folder import spoken_script
from dubwright.jobs.given import require_video
from dubwright.pipeline.claim import Claim, lines_with_chosen_speed
from dubwright.pipeline.examining import examine
from dubwright.pipeline.progress import StageEvent
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.subject import subject
from dubwright.pipeline.taking import wording
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """The finished file, and the source it was made from if that is at hand."""

    file: Path
    against: Path | None = None


def check_video(request: CheckRequest, tools: Tools, *, workers: int) -> QcReport:
    """Measure the file; the `fit.json` and `script.json` beside it are used where they are."""
    for path in (request.file, request.against):
        if path is not None:
            require_video(path)
    with tempfile.TemporaryDirectory(prefix="dubwright-qc-") as folder:
        run = Runner(
            Workspace(Path(folder)), workers=workers, progress=_unseen, is_cancelled=_never
        )
        dubbed = subject(request.file, tools, run)
        original = subject(request.against, tools, run) if request.against else None
        return examine(dubbed, original, _claim_beside(request.file), tools, run)


def _claim_beside(file: Path) -> Claim | None:
    fit, lines = file.with_name("fit.json"), spoken_script(file.parent)
    if lines is None or not fit.exists():
        return None
    report = _read_fit(fit)
    by_id = {line.id: line for line in lines.utterances}
    _refuse_unknown_wordings(report, by_id)
    texts = {
        placed.utterance: wording(by_id[placed.utterance], placed.variant)
        for placed in report.placements
        if placed.utterance in by_id
    }
    return Claim(report, texts, lines.target_language, lines_with_chosen_speed(lines))


def _refuse_unknown_wordings(report: FitReport, lines: Mapping[int, Utterance]) -> None:
    for placed in report.placements:
        line = lines.get(placed.utterance)
        if line is not None and placed.variant > len(line.variants):
            raise InputError(
                f"line {line.id} of 'fit.json' has a wording that 'script.json' lacks",
                hint="dub again, so that both belong to the same dub",
            )


def _read_fit(path: Path) -> FitReport:
    try:
        return FitReport.model_validate_json(path.read_bytes())
    except ValidationError as exc:
        raise InputError(
            f"{path.name!r} is not the fit of a dub",
            hint="move it away to check the video without it, or dub again to write it anew",
        ) from exc


def _unseen(event: StageEvent) -> None:
    """Nobody watches a check."""


def _never() -> bool:
    return False
