"""One dub from English to Portuguese that tells at the end where its time and memory went.

python bench/timed_dub.py VIDEO OUTPUT     prints one line of JSON
"""

import json
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path

from dubwright import bootstrap
from dubwright.domain.language import parse_language
from dubwright.guard import CallRecord
from dubwright.jobs.dub_video import DubRequest, Running, dub_video
from dubwright.pipeline.progress import StageEvent


class Account:
    """Adds up engine calls and notes when the first line was spoken."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.first_line_s: float | None = None
        self.calls: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])

    def note(self, call: CallRecord) -> None:
        spent = self.calls[f"{call.kind} {call.call}"]
        spent[0] += 1
        spent[1] += call.cpu_ms / 1000
        spent[2] += call.elapsed_ms / 1000

    def watch(self, event: StageEvent) -> None:
        if event.stage == "speak" and event.done and self.first_line_s is None:
            self.first_line_s = time.monotonic() - self._began


def main(video: Path, output: Path) -> None:
    """Dub and report."""
    account = Account()
    settings = bootstrap.load_settings()
    tools = bootstrap.build_tools(settings, observe=account.note)
    request = DubRequest(
        video=video,
        target_language=parse_language("pt"),
        source_language=parse_language("en"),
        output=output,
    )
    running = Running(
        workers=bootstrap.worker_count(settings), progress=account.watch, is_cancelled=lambda: False
    )
    outcome = dub_video(request, tools, running)
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    total_s = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    engines_s = sum(cpu for _, cpu, _ in account.calls.values())
    duration_s = outcome.dub.source.duration_ms / 1000
    print(
        json.dumps(
            {
                "first_line_s": account.first_line_s or 0.0,
                "engines_cpu_s": engines_s,
                "total_cpu_s": total_s,
                "own_share": (total_s - engines_s) / duration_s,
                "children_cpu_s": children.ru_utime + children.ru_stime,
                "peak_mb": own.ru_maxrss / 1024,
                "stages": {
                    name: {"calls": calls, "cpu_s": cpu, "wall_s": wall}
                    for name, (calls, cpu, wall) in account.calls.items()
                },
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
