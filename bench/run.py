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

import measured

_HERE = Path(__file__).resolve().parent
_LOOPED = "en_panel_5speakers.mp4"


@dataclass(frozen=True, slots=True)
class Run:
    """One measured run of a program: seconds on the clock, CPU seconds with children, peak MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    told: dict[str, object]


def main(lengths: Sequence[float]) -> int:
    """Measure each length; the plain way is measured for the short ones only."""
    folder = measured.evaluation_folder()
    rows, figures, stages = [], {}, ""
    with tempfile.TemporaryDirectory(prefix="dubwright-bench-") as work:
        for minutes in lengths:
            video = looped(folder / "video" / _LOOPED, minutes, Path(work))
            duration_s = 60 * minutes
            dub = run_program(
                ["bench/timed_dub.py", str(video), str(Path(work) / f"out{minutes:g}")]
            )
            plain = None
            if minutes <= 10:
                plain = run_program(
                    ["bench/plain.py", str(video), str(Path(work) / "plain.raw"), "en", "pt"]
                )
            again = run_program(
                ["bench/timed_dub.py", str(video), str(Path(work) / f"out{minutes:g}")]
            )
            rows.append(
                [
                    f"{minutes:g} min",
                    f"{dub.wall_s:.0f} s",
                    f"**{dub.wall_s / duration_s:.3f}**",
                    f"{dub.cpu_s / duration_s:.3f}",
                    f"{plain.wall_s / dub.wall_s:.2f}×" if plain else "—",
                    f"{dub.told['first_line_s']:.1f} s",
                    f"{dub.told['own_share']:.1%}",
                    f"{dub.peak_mb:.0f} MB",
                    f"{again.wall_s / dub.wall_s:.1%}",
                ]
            )
            stages = stage_table(dub.told["stages"], duration_s)
            figures["real-time"] = f"{dub.wall_s / duration_s:.2f} at {minutes:g} min"
            figures["first-line"] = f"{dub.told['first_line_s']:.1f} s"
            figures["memory"] = f"{dub.peak_mb:.0f} MB at {minutes:g} min"
            if plain:
                figures["plain-ratio"] = f"{plain.wall_s / dub.wall_s:.2f}×"
            print(rows[-1], flush=True)
    head = [
        "length", "time", "of real time", "CPU of real time", "faster than plain",
        "first line", "own CPU of real time", "peak memory", "second run",
    ]  # fmt: skip
    text = (
        f"{measured.machine()}, made by `make bench`.\n\n{measured.table(head, rows)}\n\n{stages}"
    )
    measured.keep("speed", text, figures)
    return 0


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
    return Run(time.monotonic() - began, cpu_s, told.get("peak_mb", 0.0), told)


def stage_table(stages: dict[str, dict[str, float]], duration_s: float) -> str:
    """CPU seconds by provider call and by our own stages, as shares of real time."""
    rows = [
        [
            name,
            f"{spent['calls']:g}",
            f"{spent['cpu_s']:.1f} s",
            f"{spent['cpu_s'] / duration_s:.3f}",
        ]
        for name, spent in sorted(stages.items(), key=lambda pair: -pair[1]["cpu_s"])
    ]
    return measured.table(["engine call", "calls", "CPU", "of real time"], rows)


if __name__ == "__main__":
    sys.exit(main([float(one) for one in sys.argv[1:]] or [1, 10, 60]))
