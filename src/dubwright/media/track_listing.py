"""The child process that opens an untrusted file: `python -m dubwright.media.track_listing`.

It alone touches the demuxers and decoders of libav, with one format allowed, under limits on CPU
seconds and memory. It prints one JSON object; it imports nothing of ours but this module.
"""

import json
import math
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.stream import Stream
    from av.video.stream import VideoStream

CPU_S = 2
MEMORY_BYTES = 3 << 30
_MOST_FRAMES_PER_S = 240


def main() -> int:
    """List the tracks of the file named first with the demuxer named second."""
    _limit()
    import av

    try:
        print(json.dumps(_listing(sys.argv[1], sys.argv[2])))  # noqa: T201  # the parent reads it
    except (av.FFmpegError, ValueError) as error:
        print(str(error), file=sys.stderr)  # noqa: T201  # the parent reads it
        return 1
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not a Unix machine: the parent's clock is the only limit
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _listing(path: str, demuxer: str) -> dict[str, object]:
    import av

    options = {"protocol_whitelist": "file"}
    if demuxer == "mov":
        options |= {"enable_drefs": "0", "use_absolute_path": "0"}
    with av.open(path, format=demuxer, options=options, metadata_errors="replace") as container:
        start = Fraction(container.start_time or 0, av.time_base)
        declared = Fraction(container.duration or 0, av.time_base)
        return {
            "duration_ms": _ms(
                _length(container.streams, start) or declared - max(start, Fraction(0))
            ),
            "tracks": [_track(stream, start) for stream in container.streams],
        }


def _length(streams: "Iterable[Stream]", start: Fraction) -> Fraction:
    """From the earliest start to the latest end of picture and sound; 0 where tracks keep silent."""
    ends = [
        ((stream.start_time or 0) + stream.duration) * stream.time_base - start
        for stream in streams
        if stream.type in {"video", "audio"} and stream.duration and stream.time_base
    ]
    return max(ends, default=Fraction(0))


def _track(stream: "Stream", start: Fraction) -> dict[str, object]:
    base = stream.time_base or Fraction(1, 1000)
    begins = start if stream.start_time is None else stream.start_time * base
    return {
        "index": stream.index,
        "kind": stream.type,
        "codec": stream.codec_context.codec.canonical_name if stream.codec_context else None,
        "start_ms": _ms(begins - start),
        "duration_ms": None if stream.duration is None else _ms(stream.duration * base),
        "language": stream.language,
        "dispositions": [
            flag.name for flag in type(stream.disposition) if flag in stream.disposition
        ],
        **_shape(stream),
    }


def _shape(stream: "Stream") -> dict[str, object]:
    """What only a picture or only a sound track has."""
    from av.audio.stream import AudioStream
    from av.video.stream import VideoStream

    if stream.codec_context is None:
        return {}
    if isinstance(stream, VideoStream):
        return {
            "width": stream.codec_context.width,
            "height": stream.codec_context.height,
            "frame_ms": _frame_ms(stream),
            "frames": stream.frames,
        }
    if isinstance(stream, AudioStream):
        return {
            "channels": stream.codec_context.layout.nb_channels,
            "layout": stream.codec_context.layout.name,
            "sample_rate": stream.codec_context.sample_rate,
        }
    return {}


def _frame_ms(stream: "VideoStream") -> int | None:
    """One frame by the first believable rate: short Matroska files declare their clock's tick."""
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and rate <= _MOST_FRAMES_PER_S:
            return math.ceil(1000 / rate)
    return None


def _ms(seconds: Fraction) -> int:
    return round(seconds * 1000)


if __name__ == "__main__":
    sys.exit(main())
