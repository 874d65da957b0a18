"""The master: the mix as loud as the source, its true peak held, encoded for the container."""

from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.errors import QualityError
from dubwright.domain.media import Container
from dubwright.media.extract import MIX_RATE, written_beside
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, local
from dubwright.media.levels import Loudness, measure_file, measure_raw
from dubwright.media.limiter import limited_blocks
from dubwright.media.wav import RawSound

_PROMISED_PEAK_DBTP = -1.0
# The encoder overshoots what it is given; a louder overshoot than the first room allows is rare.
_CEILINGS_DBTP = (-2.0, -3.0, -4.5)
_MOST_GAIN_DB = 20.0
_KBPS_PER_LAYOUT = {"mono": 128, "stereo": 192, "5.1": 384}
_KBPS_PER_CHANNEL = 64


@dataclass(frozen=True, slots=True)
class Master:
    """A finished sound track on disk: AAC in an `.m4a`, or Opus in a `.mka` for WebM."""

    path: Path
    loudness: Loudness
    gain_db: float
    ceiling_dbtp: float


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
    level stays. Raises `QualityError` when no ceiling keeps the decoded peak.
    """
    wanted = like.integrated_lufs
    gain_db = _programme_gain_db(measure_raw(mixed, ffmpeg=ffmpeg, cancelled=cancelled), wanted)
    ceiling_dbtp = _FIRST_CEILING_DBTP
    for _ in range(_TRIES):
        _encode(mixed, to, gain_db, ceiling_dbtp, ffmpeg=ffmpeg, cancelled=cancelled)
        loudness = measure_file(
            to, duration_ms=mixed.duration_ms, ffmpeg=ffmpeg, cancelled=cancelled
        )
        too_high = (loudness.true_peak_dbtp or -99.0) - _PROMISED_PEAK_DBTP
        too_quiet = (wanted or -99.0) - (loudness.integrated_lufs or -99.0)
        if too_high <= 0 and (wanted is None or too_quiet <= _NEAR_ENOUGH_LU):
            break
        gain_db += max(0.0, too_quiet) if wanted is not None else 0.0
        ceiling_dbtp -= max(0.0, too_high + 0.3) if too_high > 0 else 0.0
def _programme_gain_db(mixed: Loudness, like: Loudness) -> float:
    if mixed.integrated_lufs is None or like.integrated_lufs is None:
        return 0.0
    gain = like.integrated_lufs - mixed.integrated_lufs
    return min(max(gain, -_MOST_GAIN_DB), _MOST_GAIN_DB)


def _encoder(sound: RawSound, to: Path, suffix: str) -> list[str]:
    kbps = _KBPS_PER_LAYOUT.get(sound.layout, _KBPS_PER_CHANNEL * sound.channels)
    form = ["-f", "f32le", "-ar", str(MIX_RATE), "-ch_layout", sound.layout, "-i", "pipe:0"]
    bits = ["-b:a", f"{kbps}k", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    if suffix == ".mka":
        family = ["-mapping_family", "1"] if sound.channels > 2 else []
        return [*form, "-c:a", "libopus", *family, *bits, "-f", "matroska", local(to)]
    # `fast` is the better coder at these rates, by ffmpeg's own manual, and takes half the time.
    return [*form, "-c:a", "aac", "-aac_coder", "fast", *bits, "-f", "ipod", local(to)]
