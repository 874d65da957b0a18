"""`make bench`: how long a dub takes beside the plain way, stage by stage, and how much memory.

python bench/run.py [MINUTES ...]     1, 10 and 60 minutes if none is named
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import measured

_HERE = Path(__file__).resolve().parent
_LOOPED = "en_panel_5speakers.mp4"
_SEVERAL_RUNS_MINUTES = 10
_ROWS = measured.ROOT / "docs" / "measured-speed.json"


@dataclass(frozen=True, slots=True)
class Run:
    """One measured run of a program: seconds on the clock, CPU seconds with children."""

    wall_s: float
    cpu_s: float
    told: dict[str, Any]


def main(lengths: Sequence[float]) -> int:
    """Measure each length; the table keeps the lengths that were measured before."""
    folder = measured.evaluation_folder()
    with tempfile.TemporaryDirectory(prefix="dubwright-bench-") as place:
        work = Path(place)
        for minutes in lengths:
            video = looped(folder / "video" / _LOOPED, minutes, work)
            record(minutes, *measure(video, minutes, work))
    return 0


def record(minutes: float, row: list[str], alone: Run | None) -> None:
    """Put one length into the table and its figures into the documents."""
    kept = json.loads(_ROWS.read_text()) if _ROWS.exists() else {"rows": {}, "stages": ""}
    kept["rows"][f"{minutes:g}"] = row
    figures = {}
    if alone is not None:
        title = f"CPU of each engine at {minutes:g} min, one worker:"
        kept["stages"] = f"{title}\n\n{stage_table(alone)}"
        figures = {"plain-ratio": row[6], "own-share": row[7]}
    _ROWS.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    rows = [kept["rows"][length] for length in sorted(kept["rows"], key=float)]
    figures["real-time"] = "; ".join(f"{row[2]} at {row[0]}".replace("*", "") for row in rows)
    figures["first-line"] = f"{rows[0][4]} at {rows[0][0]}"
    figures["memory"] = "; ".join(f"{row[5]} at {row[0]}" for row in rows)
    head = [
        "length", "time", "of real time", "CPU of real time", "first line", "peak memory",
        "faster than plain", "own CPU of real time", "second run",
    ]  # fmt: skip
    table = measured.table(head, rows)
    measured.keep(
        "speed",
        f"{measured.machine()}, made by `make bench`.\n\n{table}\n\n{kept['stages']}",
        figures,
    )


def measure(video: Path, minutes: float, work: Path) -> tuple[list[str], Run | None]:
    """One row of the table, and the run with one worker where there was one."""
    duration_s = 60 * minutes
    dub = run_program(["bench/timed_dub.py", str(video), str(work / "dub")])
    row = [
        f"{minutes:g} min",
        f"{dub.wall_s:.0f} s",
        f"**{dub.wall_s / duration_s:.3f}**",
        f"{dub.cpu_s / duration_s:.3f}",
        f"{dub.told['first_line_s']:.1f} s",
        f"{dub.told['peak_mb']:.0f} MB",
    ]
    if minutes > _SEVERAL_RUNS_MINUTES:
        return [*row, "—", "—", "—"], None
    plain = run_program(["bench/plain.py", str(video), str(work / "plain.raw"), "en", "pt"])
    faster = f"{plain.wall_s / dub.wall_s:.2f}×"
    alone = run_program(["bench/timed_dub.py", str(video), str(work / "alone"), "1"])
    own_s = alone.cpu_s - alone.told["engines_cpu_s"]
    command = [
        "-m",
        "dubwright.cli.main",
        "dub",
        str(video),
        "--to",
        "pt",
        "--from",
        "en",
        "--quiet",
    ]
    first = run_program([*command, "--output", str(work / "twice")])
    second = run_program([*command, "--output", str(work / "twice")])
    return [
        *row,
        faster,
        f"{100 * own_s / duration_s:.1f} %",
        f"{100 * second.wall_s / first.wall_s:.1f} %",
    ], alone


def looped(video: Path, minutes: float, work: Path) -> Path:
    """Real speech repeated to the length asked for, picture and sound copied."""
    to = work / f"talk{minutes:g}.mp4"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y", "-stream_loop", "-1", "-i", str(video)),
            *("-t", str(60 * minutes), "-c", "copy", str(to)),
        ],
        check=True,
        timeout=300,
    )
    return to


def run_program(arguments: Sequence[str]) -> Run:
    """Run one Python program of this folder and measure it as a whole."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=_HERE.parent,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    last = done.stdout.strip().splitlines()[-1:] or ["{}"]
    told = json.loads(last[0]) if last[0].startswith("{") else {}
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(time.monotonic() - began, cpu_s, told)


def stage_table(alone: Run) -> str:
    """CPU seconds by engine call, as shares of real time."""
    stages, duration_s = alone.told["stages"], alone.told["duration_s"]
    rows = [
        [
            name,
            f"{spent['calls']:g}",
            f"{spent['cpu_s']:.1f} s",
            f"{spent['cpu_s'] / duration_s:.3f}",
        ]
        for name, spent in sorted(stages.items(), key=lambda pair: -pair[1]["cpu_s"])
        if spent["cpu_s"] >= 0.1
    ]
    return measured.table(["engine call", "calls", "CPU", "of real time"], rows)


if __name__ == "__main__":
    sys.exit(main([float(one) for one in sys.argv[1:]] or [1, 10, 60]))
