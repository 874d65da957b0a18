"""How long fitting takes, and how good it is: 2,000 dense lines on one core, target 5 s.

Run it with `python bench/fit_2000.py`. The talk is made up: 87 % speech and a dub 15 % longer
than the original, with lengths that scatter, as in `talk`.
"""

import random
import time
from collections.abc import Sequence

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.fitting import FitLimits, LineToFit, fit, summary
from dubwright.domain.speech import SpeakerId
from dubwright.domain.timeline import TimeSpan


def talk(
    lines: int, *, speech: float, stretch: float, seed: int, wordings: Sequence[float]
) -> list[LineToFit]:
    """Made-up lines: `speech` is the part of the time spoken, `stretch` dub over original."""
    chance = random.Random(seed)  # noqa: S311 - made-up talk, not a secret
    mean_ms = 3650
    found, at_ms = [], 500
    for number in range(1, lines + 1):
        length_ms = round(chance.uniform(800, 2 * mean_ms - 800))
        natural_ms = max(300, round(length_ms * stretch * chance.gauss(1, 0.15)))
        found.append(
            LineToFit(
                utterance=number,
                speaker=SpeakerId(chance.choice(["S1", "S2"])),
                span=TimeSpan(start_ms=at_ms, end_ms=at_ms + length_ms),
                natural_ms=tuple(round(natural_ms * part) for part in wordings),
            )
        )
        pause_ms = chance.expovariate(speech / (mean_ms * (1 - speech)))
        at_ms += length_ms + max(40, round(pause_ms))
    return found


def in_rounds(lines: Sequence[LineToFit], limits: FitLimits, size: int) -> FitReport:
    """The lines fitted `size` at a time with as many in view, as during recognition."""
    placed: list[Placement] = []
    for first in range(0, len(lines), size):
        ours = {line.utterance for line in lines[first : first + size]}
        report = fit(lines[first : first + 2 * size], limits, after=placed[-50:])
        placed += [placement for placement in report.placements if placement.utterance in ours]
    return FitReport(placements=tuple(placed))


def main() -> None:
    """Print one row per talk and number of wordings."""
    print("talk       wordings  lines  seconds  <=1.20x  fastest  p50 ms  p95 ms  review")
    for name, speech, stretch in (("dense", 0.87, 1.15), ("interview", 0.72, 1.10)):
        for wordings in ((1.0, 0.88, 0.76), (1.0, 0.88), (1.0,)):
            for lines, size in ((300, 300), (300, 10), (2000, 2000)):
                script = talk(lines, speech=speech, stretch=stretch, seed=7, wordings=wordings)
                limits = FitLimits(end_ms=script[-1].span.end_ms + 500)
                started = time.perf_counter()
                report = fit(script, limits) if size == lines else in_rounds(script, limits, size)
                seconds = time.perf_counter() - started
                row = summary(report)
                mark = "" if size == lines else f"  ({size} at a time)"
                print(
                    f"{name:10} {len(wordings):8} {lines:6} {seconds:8.2f} "
                    f"{row.share_at_or_below_120:8.1%} {row.fastest:8.3f} {row.onset_p50_ms:7} "
                    f"{row.onset_p95_ms:7} {len(row.review):7}{mark}"
                )


if __name__ == "__main__":
    main()
