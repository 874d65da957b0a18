"""Playing back encoded blocks: what a listener gets, measured and at hand block by block."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import StorageError
from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan, clipped
from dubwright.media.aac import (
    BLOCK_SAMPLES,
    PACKET,
    UNIT_SAMPLES,
    adts_packets,
    decode,
)
from dubwright.media.extract import MIX_RATE, SPEECH_RATE, downmix
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.layouts import channels_of
from dubwright.media.levels import RUN_UP, SEGMENT, Loudness, programme_lufs, segment_powers
from dubwright.media.limiter import true_peaks
from dubwright.media.stretch import resample
from dubwright.media.wav import Excerpt, PiecedRecording
from dubwright.pipeline.runner import Runner, stage
from dubwright.ports import VoiceActivity

_AROUND_PACKETS = 13
"""How much of its neighbours is decoded with a block: filters begin before it and end after it."""
_RESAMPLED_AROUND = 12 * PACKET
_BLOCK_MS = BLOCK_SAMPLES * 1000 // MIX_RATE
_SPEECH_AROUND_MS = 2_000
_SILENCE_DBTP = -120.0


@dataclass(frozen=True, slots=True)
class Playback:
    """How the encoded sound is heard: 16 kHz mono, block by block, its loudness and its peaks."""

    heard: tuple[Path, ...]
    samples: int
    loudness: Loudness
    peaks_dbtp: tuple[float, ...]

    @property
    def recording(self) -> PiecedRecording:
        """The whole sound, 16 kHz mono."""
        return PiecedRecording(
            tuple(partial(_sound, path) for path in self.heard),
            piece_ms=_BLOCK_MS,
            duration_ms=round(1000 * self.samples / MIX_RATE),
            sample_rate=SPEECH_RATE,
        )


def play(
    blocks: Sequence[Path], samples: int, layout: str, ffmpeg: Ffmpeg, run: Runner
) -> Playback:
    """Decode every block, its neighbours' packets round it, and measure what comes out."""
    run.tally.expect("listen_back", len(blocks))
    with run.pool() as pool:
        heard = pool.results(
            [
                pool.start(
                    number,
                    run.file,
                    ".npz",
                    listen_back,
                    block,
                    blocks[number - 1] if number else None,
                    blocks[number + 1] if number + 1 < len(blocks) else None,
                    min(BLOCK_SAMPLES, samples - number * BLOCK_SAMPLES),
                    layout,
                    number,
                    ffmpeg=ffmpeg,
                )
                for number, block in enumerate(blocks)
            ]
        )
    measured = [_measured(path) for path in heard]
    peaks = np.concatenate([peaks for _, peaks in measured])
    highest = float(peaks.max(initial=_SILENCE_DBTP))
    loudness = Loudness(
        integrated_lufs=programme_lufs(np.concatenate([powers for powers, _ in measured])),
        true_peak_dbtp=highest if highest > _SILENCE_DBTP else None,
    )
    return Playback(tuple(heard), samples, loudness, tuple(peaks.tolist()))


def speech_in(playback: Playback, voice_activity: VoiceActivity, run: Runner) -> SpeechMap:
    """When anybody speaks in it, found block by block with some sound round each."""
    run.tally.expect("find_speech_in_block", len(playback.heard))
    with run.pool() as pool:
        found = pool.results(
            [
                pool.start(
                    number,
                    run.document,
                    SpeechMap,
                    find_speech_in_block,
                    playback.heard[max(0, number - 1) : number + 2],
                    min(1, number),
                    voice_activity,
                    whole=playback.recording,
                    number=number,
                )
                for number in range(len(playback.heard))
            ]
        )
    joined: list[TimeSpan] = []
    for number, speech in enumerate(found):
        for span in speech.spans:
            there = span.shifted(number * _BLOCK_MS)
            if joined and joined[-1].end_ms == there.start_ms:
                there = TimeSpan(start_ms=joined.pop().start_ms, end_ms=there.end_ms)
            joined.append(there)
    return SpeechMap(spans=tuple(joined))


@stage(version=1)
def find_speech_in_block(
    heard: Sequence[Path],
    place: int,
    voice_activity: VoiceActivity,
    *,
    whole: PiecedRecording,
    number: int,
) -> SpeechMap:
    """When anybody speaks in the block at `place` of `heard`, counted from its start.

    `whole` and `number` follow from the other arguments.
    """
    first_ms, last_ms = number * _BLOCK_MS, min((number + 1) * _BLOCK_MS, whole.duration_ms)
    start_ms = max(0, first_ms - _SPEECH_AROUND_MS)
    end_ms = min(whole.duration_ms, last_ms + _SPEECH_AROUND_MS)
    around = Excerpt(whole, TimeSpan(start_ms=start_ms, end_ms=end_ms))
    spans = [span.shifted(start_ms) for span in voice_activity.detect(around).spans]
    return SpeechMap(
        spans=tuple(span.shifted(-first_ms) for span in clipped(spans, first_ms, last_ms))
    )


@stage(version=1)
def listen_back(
    to: Path,
    block: Path,
    before: Path | None,
    after: Path | None,
    samples: int,
    layout: str,
    number: int,
    *,
    ffmpeg: Ffmpeg,
) -> None:
    """What is heard of one block: `sound` at 16 kHz, `powers` of each 100 ms, `peaks` of units."""
    around = _decoded(block, before, after, samples, layout, ffmpeg)
    edge = _AROUND_PACKETS * PACKET
    inside = around[edge : edge + samples]
    first = number * BLOCK_SAMPLES
    skipped = -first % SEGMENT
    segments = -(-(samples - skipped) // SEGMENT) * SEGMENT
    start = edge + skipped - RUN_UP
    powers = segment_powers(around[start : start + segments + 2 * RUN_UP], layout)
    with to.open("wb") as out:
        np.savez(out, sound=_for_speech(around, layout), powers=powers, peaks=_peaks(inside))


def _decoded(
    block: Path, before: Path | None, after: Path | None, samples: int, layout: str, ffmpeg: Ffmpeg
) -> Samples:
    """The block's samples and as many on either side as are played; silence beyond the file."""
    led_in = [] if before is None else _packets(before)[-_AROUND_PACKETS:]
    led_out = [] if after is None else _packets(after)[: _AROUND_PACKETS + 1]
    channels = channels_of(layout)
    sound = decode([*led_in, *_packets(block), *led_out], channels, ffmpeg=ffmpeg)
    edge = _AROUND_PACKETS * PACKET
    if after is None:
        sound = sound[: len(led_in) * PACKET + samples]
    around = np.zeros((samples + 2 * edge, channels), np.float32)
    start = edge - len(led_in) * PACKET
    kept = sound[: len(around) - start]
    around[start : start + len(kept)] = kept
    return around


def _for_speech(around: Samples, layout: str) -> npt.NDArray[np.int16]:
    skipped = _AROUND_PACKETS * PACKET - _RESAMPLED_AROUND
    mono = downmix(around[skipped : len(around) - skipped], layout)
    heard = resample(SpeechClip(mono, MIX_RATE), SPEECH_RATE).samples
    edge = _RESAMPLED_AROUND * SPEECH_RATE // MIX_RATE
    wanted = (len(around) - 2 * _AROUND_PACKETS * PACKET) * SPEECH_RATE // MIX_RATE
    inside = heard[edge : edge + wanted]
    return np.clip(np.round(inside * 32_768), -32_768, 32_767).astype(np.int16)


def _peaks(inside: Samples) -> npt.NDArray[np.float64]:
    """The true peak of each unit in dBTP."""
    loudest = float(np.abs(inside).max(initial=0.0))
    peaks = true_peaks(inside, above=loudest)
    units = range(0, len(inside), UNIT_SAMPLES)
    highest = np.array([peaks[start : start + UNIT_SAMPLES].max() for start in units], np.float64)
    in_db: npt.NDArray[np.float64] = 20 * np.log10(np.maximum(highest, 1e-9))
    return np.maximum(in_db, _SILENCE_DBTP)


def _packets(block: Path) -> list[bytes]:
    return list(adts_packets(block.read_bytes()))


def _sound(heard: Path) -> npt.NDArray[np.int16]:
    sound: npt.NDArray[np.int16] = _stored(heard)["sound"]
    return sound


def _measured(heard: Path) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    kept = _stored(heard)
    return kept["powers"], kept["peaks"]


def _stored(heard: Path) -> "np.lib.npyio.NpzFile":
    try:
        return np.load(heard)  # type: ignore[no-any-return]  # numpy does not tell the kind of file
    except (OSError, ValueError) as exc:
        raise StorageError(
            f"the sound {heard.name!r} is damaged", hint="delete that file and run again"
        ) from exc
