"""The promises as numbers: each turns a measured value into a check."""

from collections.abc import Collection, Sequence

from dubwright.domain.fallbacks import Fallbacks
from dubwright.domain.fit import FitReport
from dubwright.domain.fit_checks import overlap_ms, summary
from dubwright.domain.media import Source
from dubwright.domain.quality import Check

TOP_SPEED = 1.35
DRIFT_MS = 40
LOUDNESS_LU = 1.0
PEAK_DBTP = -1.0
BED_DB = 1.0
WORD_ERRORS = 0.15
TWO_VOICES = "the original voices are heard under the dub"
_SAMPLES_PER_MS = 48


def fitted(report: FitReport, duration_ms: int, chosen: Collection[int] = ()) -> list[Check]:
    """Overlap, cuts, speed and onsets of the fit.

    The speed of lines in `chosen` is a person's own wish, and no promise is broken by it.
    """
    figures = summary(report)
    fastest = max((p.speed for p in report.placements if p.utterance not in chosen), default=1.0)
    overlap = overlap_ms(report.placements)
    cut = sum(max(0, placed.end_ms - duration_ms) for placed in report.placements) * _SAMPLES_PER_MS
    return [
        _check("overlap within a speaker", overlap, "0 ms", "ms", overlap == 0, hard=True),
        _check("speech cut", cut, "0 samples", "samples", cut == 0, hard=True),
        _check(
            "fastest line",
            fastest,
            f"≤ {TOP_SPEED}×",
            "×",
            fastest <= TOP_SPEED + 1e-6,
            hard=True,
        ),
        _check(
            "lines at ≤ 1.20×",
            100 * figures.share_at_or_below_120,
            "≥ 90 %",
            "%",
            figures.share_at_or_below_120 >= 0.9,
        ),
        _check(
            "onset error p50", figures.onset_p50_ms, "≤ 100 ms", "ms", figures.onset_p50_ms <= 100
        ),
        _check(
            "onset error p95", figures.onset_p95_ms, "≤ 300 ms", "ms", figures.onset_p95_ms <= 300
        ),
    ]


def as_set(fallbacks: Fallbacks) -> Check:
    """Every line was heard, translated and spoken by the engines that were set."""
    count = len(fallbacks.lines)
    check = _check("lines by fallback engines", count, "0", "lines", count == 0)
    return check.model_copy(update={"note": fallbacks.told()})


def length(dubbed: Source, original: Source) -> Check:
    """The dub is as long as its source, within a frame."""
    difference = abs(dubbed.duration_ms - original.duration_ms)
    limit = original.video.frame_ms
    return _check(
        "length against the source",
        difference,
        f"≤ {limit} ms",
        "ms",
        difference <= limit,
        hard=True,
    )


def picture(same: bool) -> Check:  # the one thing that was measured
    """The picture's packets are those of the source."""
    return _check("picture packets changed", 0 if same else 1, "none", "", same, hard=True)


def sound(same: bool) -> Check:  # the one thing that was measured
    """The dub's packets are those that were measured and heard."""
    return _check("dub packets changed", 0 if same else 1, "none", "", same, hard=True)


def loudness(before_lufs: float | None, after_lufs: float | None) -> Check:
    """The programme is as loud as its source."""
    name, limit = "loudness against the source", f"± {LOUDNESS_LU:g} LU"
    if before_lufs is None or after_lufs is None:
        return _unmeasured(name, limit, "LU", "too quiet to have a loudness")
    change = after_lufs - before_lufs
    return _check(name, change, limit, "LU", abs(change) <= LOUDNESS_LU)


def peak(true_peak_dbtp: float | None) -> Check:
    """The highest true peak."""
    name, limit = "true peak", f"≤ {PEAK_DBTP:g} dBTP"
    if true_peak_dbtp is None:
        return _unmeasured(name, limit, "dBTP", "silence")
    return _check(name, true_peak_dbtp, limit, "dBTP", true_peak_dbtp <= PEAK_DBTP)


def bed(change_db: float | None, *, chosen_db: float = 0.0) -> Check:
    """The background between lines is as loud as it was, or changed as it was chosen."""
    name, limit = "bed between lines", f"± {BED_DB:g} dB"
    if chosen_db:
        limit = f"{chosen_db:+g} {limit}"
    if change_db is None:
        return _unmeasured(name, limit, "dB", "no sound between lines")
    return _check(name, change_db, limit, "dB", abs(change_db - chosen_db) <= BED_DB)


def in_slots(share: float | None, *, voice_over: bool = False) -> Check:
    """Speech sounds where lines were placed, and nowhere else."""
    name, limit = "speech inside its slots", "≥ 95 %"
    if voice_over:
        return _unmeasured(name, limit, "%", TWO_VOICES)
    if share is None:
        return _unmeasured(name, limit, "%", "no speech was found in the dub")
    return _check(name, 100 * share, limit, "%", share >= 0.95)


def in_step(offsets_ms: Sequence[int]) -> Check:
    """Lines sound when they were placed, to the end of the file."""
    name, limit = "sound out of step", f"≤ {DRIFT_MS} ms"
    if not offsets_ms:
        return _unmeasured(name, limit, "ms", "no line stands out enough to be found again")
    worst = max(offsets_ms, key=abs)
    return _check(name, worst, limit, "ms", abs(worst) <= DRIFT_MS)


def understood(word_error_rate: float | None) -> Check:
    """A recogniser that hears the dub understands what was spoken."""
    name, limit = "word errors heard back", f"≤ {100 * WORD_ERRORS:g} %"
    if word_error_rate is None:
        return _unmeasured(name, limit, "%", "nothing was spoken")
    return _check(name, 100 * word_error_rate, limit, "%", word_error_rate <= WORD_ERRORS)


def not_heard(obstacle: str) -> Check:
    """Nobody could hear the dub back."""
    return _unmeasured("word errors heard back", f"≤ {100 * WORD_ERRORS:g} %", "%", obstacle)


def _check(  # one row of the report: its columns are its arguments
    name: str, value: float, limit: str, unit: str, passed: bool, *, hard: bool = False
) -> Check:
    return Check(
        name=name, value=round(float(value), 3), limit=limit, unit=unit, passed=passed, hard=hard
    )


def _unmeasured(name: str, limit: str, unit: str, note: str) -> Check:
    return Check(name=name, value=None, limit=limit, unit=unit, passed=True, note=note)
