"""`dubwright qc`: prove a dubbed file, alone or against its source."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dubwright import bootstrap
from dubwright.cli.report import quality_lines
from dubwright.domain.errors import QualityError
from dubwright.jobs.check_video import CheckRequest, check_video


def qc(
    file: Annotated[Path, typer.Argument(help="The dubbed video.")],
    against: Annotated[
        Path | None, typer.Option(help="The source video that it was made from.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Measure a finished dub: picture, length, loudness, overlaps, and what a listener hears.

    The `fit.json` and `script.json` beside the file are used where they are there.
    """
    settings = bootstrap.load_settings()
    tools = bootstrap.build_tools(settings)
    report = check_video(
        CheckRequest(file, against), tools, workers=bootstrap.worker_count(settings)
    )
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        Console().print(quality_lines(report))
    broken = [check.name for check in report.checks if check.hard and not check.passed]
    if broken:
        raise QualityError(
            f"{file.name!r} breaks {len(broken)} hard rules: {', '.join(broken)}",
            hint="dub it again; `script.json` keeps your edits",
        )
