"""The sound of a finished video alone, as AAC in an MP4 file that any browser plays at once."""

from pathlib import Path

from dubwright.domain.media import AudioTrack, Source
from dubwright.media.extract import MIX_RATE, time_limit_s, written_beside
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, input_of, local

_KBPS_PER_CHANNEL = 96


def write_sound_alone(
    video: Path,
    source: Source,
    track: AudioTrack,
    to: Path,
    *,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None = None,
) -> None:
    """Write one sound track of `video`, its first sample at time 0.

    AAC is copied packet for packet, what it begins before time 0 included; anything else is
    encoded, as long as the video.
    """
    sound = ["-c:a", "copy"] if track.codec == "aac" else _encoded(source, track)
    with written_beside(to) as part:
        ffmpeg.run(
            [
                *(*input_of(video, source.container), "-map", f"0:{track.index}"),
                *("-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", *sound),
                *("-fflags", "+bitexact", "-movflags", "+faststart", "-f", "ipod", local(part)),
            ],
            timeout_s=time_limit_s(source),
            cancelled=cancelled,
        )


def _encoded(source: Source, track: AudioTrack) -> list[str]:
    frames = round(source.duration_ms * MIX_RATE / 1000)
    whole = [
        f"aresample={track.sample_rate}:async=1:first_pts=0",
        f"aresample={MIX_RATE}",
        f"apad=whole_len={frames}",
        f"atrim=end_sample={frames}",
    ]
    rate = ["-b:a", f"{_KBPS_PER_CHANNEL * track.channels}k", "-flags:a", "+bitexact"]
    return ["-af", ",".join(whole), "-c:a", "aac", *rate]
