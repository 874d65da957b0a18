"""Where measured figures are kept: tables in docs/measured.md, single figures in docs/measured.json."""

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "measured.md"
FIGURES = ROOT / "docs" / "measured.json"


def evaluation_folder() -> Path:
    """The evaluation data, or the end of the program with the reason."""
    folder = Path(os.environ.get("DUBWRIGHT_EVAL", ROOT.parent / "shared" / "eval"))
    if not (folder / "MANIFEST.json").is_file():
        sys.exit("the evaluation data is not here: set DUBWRIGHT_EVAL to its folder")
    return folder


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def keep(region: str, text: str, figures: Mapping[str, str]) -> None:
    """Put a table into its place in docs/measured.md and figures into docs/measured.json."""
    begin, end = f"<!-- begin: {region} -->", f"<!-- end: {region} -->"
    page = PAGE.read_text()
    before, rest = page.split(begin, 1)
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}")
    known: dict[str, str] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    FIGURES.write_text(
        json.dumps({**known, **figures}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    )
    print(text)


def machine() -> str:
    """The machine in a few words, without its name."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores {platform.machine()}, Python {platform.python_version()}"
