"""The master: the mix as loud as the source, its true peak held, encoded for the container."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from dubwright.domain.errors import QualityError
from dubwright.domain.media import Container
from dubwright.domain.timeline import Document
from dubwright.media.extract import MIX_RATE, written_beside
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, local
from dubwright.media.levels import Loudness, integrated_lufs, measure_file
from dubwright.media.limiter import limited_blocks
from dubwright.media.wav import RawSound

PROMISED_PEAK_DBTP = -1.0
_SLACK_LU = 0.4
_FIRST_CEILING_DBTP = -2.0
_PEAK_MARGIN_DB = 0.3
NEAR_ENOUGH_LU = 0.5
TRIES = 5
_MOST_GAIN_DB = 20.0
_KBPS_PER_LAYOUT = {"mono": 128, "stereo": 192, "5.1": 384}
_KBPS_PER_CHANNEL = 64


class Levelling(Document):
    """How the mix is brought to its level: a gain, then a ceiling for its true peak.

    `lowered` are the ceilings of those units of a second that came out of the coder above the
    promise, by number.
    """

    gain_db: float
    ceiling_dbtp: float
    lowered: dict[int, float] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Master:
    """A finished sound track on disk: AAC in an `.m4a`, or Opus in a `.mka` for WebM."""

    path: Path
    loudness: Loudness
    levelling: Levelling


def master_suffix(container: Container) -> str:
    """The file name ending of a master meant for `container`."""
    return ".mka" if container == "webm" else ".m4a"


def master(
    mixed: RawSound,
    like: Loudness,
    to: Path,
    *,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None = None,
) -> Master:
    """Encode `mixed` as loud as `like`, its true peak at most -1 dBTP once decoded.

    The codec follows the name of `to` (see `master_suffix`). Where either side is silent the
    level stays. Where the ceiling holds back a mix as loud as a modern master, its peak counts
    more than its loudness. Raises `QualityError` when the decoded peak stays above the promise.
    """
    wanted = like.integrated_lufs
    before = integrated_lufs(mixed, ffmpeg=ffmpeg, cancelled=cancelled)
    levelling = first_levelling(before, wanted)
    for _ in range(TRIES):
        _encode(mixed, to, levelling, ffmpeg=ffmpeg, cancelled=cancelled)
        loudness = measure_file(
            to, duration_ms=mixed.duration_ms, ffmpeg=ffmpeg, cancelled=cancelled
        )
        better = _corrected(levelling, loudness, wanted)
        if better == levelling:
            break
        levelling = better
    if _peak(loudness) > PROMISED_PEAK_DBTP:
        raise QualityError(
            f"the encoded sound peaks at {_peak(loudness):.1f} dBTP",
            hint="report this file: its sound defeats the limiter",
        )
    return Master(to, loudness, levelling)


def first_levelling(now: float | None, wanted: float | None) -> Levelling:
    """What to begin with for a mix of loudness `now`: the smallest gain that comes near enough."""
    return Levelling(gain_db=_least_gain_db(now, wanted), ceiling_dbtp=_FIRST_CEILING_DBTP)


def louder(
    used: Levelling, now: float | None, wanted: float | None, *, near_lu: float
) -> Levelling:
    """The levelling with more gain, where the ceiling cost more than `near_lu` of loudness."""
    short = _louder_by(now, wanted)
    if short <= near_lu:
        return used
    return used.model_copy(update={"gain_db": used.gain_db + short})


def lowered(used: Levelling, peaks_dbtp: Sequence[float]) -> Levelling:
    """The levelling with lower ceilings for those units whose peak is above the promise."""
    over = {
        unit: used.lowered.get(unit, used.ceiling_dbtp)
        - (peak - PROMISED_PEAK_DBTP + _PEAK_MARGIN_DB)
        for unit, peak in enumerate(peaks_dbtp)
        if peak > PROMISED_PEAK_DBTP
    }
    return used.model_copy(update={"lowered": {**used.lowered, **over}}) if over else used


def _corrected(used: Levelling, heard: Loudness, wanted: float | None) -> Levelling:
    """What to try next: the encoder overshoots a ceiling, and a ceiling costs loudness."""
    over = _peak(heard) - PROMISED_PEAK_DBTP
    better = louder(used, heard.integrated_lufs, wanted, near_lu=NEAR_ENOUGH_LU)
    if over <= 0:
        return better
    return better.model_copy(update={"ceiling_dbtp": used.ceiling_dbtp - (over + _PEAK_MARGIN_DB)})


def _least_gain_db(now: float | None, wanted: float | None) -> float:
    """The smallest gain that comes near enough: what is gained is taken from the quiet of the bed."""
    louder = _louder_by(now, wanted)
    return math.copysign(max(0.0, abs(louder) - _SLACK_LU), louder)


def _louder_by(now: float | None, wanted: float | None) -> float:
    """The gain from one loudness to the other, 0 where either is silence."""
    if now is None or wanted is None:
        return 0.0
    return min(max(wanted - now, -_MOST_GAIN_DB), _MOST_GAIN_DB)


def _peak(loudness: Loudness) -> float:
    return -99.0 if loudness.true_peak_dbtp is None else loudness.true_peak_dbtp


def _encode(
    mixed: RawSound,
    to: Path,
    levelling: Levelling,
    *,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None,
) -> None:
    blocks = limited_blocks(mixed, gain_db=levelling.gain_db, ceiling_db=levelling.ceiling_dbtp)
    with written_beside(to) as part:
        ffmpeg.write_blocks(
            _encoder(mixed, part, to.suffix),
            blocks,
            timeout_s=60 + mixed.duration_ms / 1000,
            cancelled=cancelled,
        )


def _encoder(sound: RawSound, to: Path, suffix: str) -> list[str]:
    kbps = _KBPS_PER_LAYOUT.get(sound.layout, _KBPS_PER_CHANNEL * sound.channels)
    form = ["-f", "f32le", "-ar", str(MIX_RATE), "-ch_layout", sound.layout, "-i", "pipe:0"]
    bits = ["-b:a", f"{kbps}k", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    if suffix == ".mka":
        family = ["-mapping_family", "1"] if sound.channels > 2 else []
        return [*form, "-c:a", "libopus", *family, *bits, "-f", "matroska", local(to)]
    # `fast` is the better coder at these rates, by ffmpeg's own manual, and takes half the time.
    return [*form, "-c:a", "aac", "-aac_coder", "fast", *bits, "-f", "ipod", local(to)]
