"""What is measured on a finished file."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.fit import Placement
from dubwright.domain.media import Source
from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.media.levels import Loudness, measure_track
from dubwright.media.packets import picture_digest
from dubwright.media.probe import choose_audio
from dubwright.media.stretch import resample
from dubwright.media.wav import WavRecording
from dubwright.pipeline.settling import Takes
from dubwright.pipeline.taking import recorded_take
from dubwright.pipeline.tools import Tools

_SEARCHED_MS = 400
_LINES_FOUND_AGAIN = 12
_CLEAR_MATCH = 0.3
_SILENT_DB = -65.0
_BLOCK_MS = 60_000
_SLOT_MARGIN_MS = 250


class Measurable(Protocol):
    """A video with its probe and its sound."""

    @property
    def video(self) -> Path: ...
    @property
    def source(self) -> Source: ...
    @property
    def sound(self) -> Path: ...


def loudness(subject: Measurable, tools: Tools) -> Loudness:
    """Of the first sound track."""
    track = choose_audio(subject.source)[0]
    return measure_track(subject.video, subject.source, track, ffmpeg=tools.ffmpeg)


def same_picture(dubbed: Measurable, original: Measurable, tools: Tools) -> bool:
    """Whether the picture's packets are the same, byte for byte."""
    digests = [
        picture_digest(one.video, one.source, ffmpeg=tools.ffmpeg) for one in (dubbed, original)
    ]
    return digests[0] == digests[1]


def offsets_ms(dub: WavRecording, takes: Takes) -> list[int]:
    """How far lines spread over the file sound from where they were placed, found by correlation."""
    placed = [p for p in takes.report.placements if p.duration_ms > 600]
    chosen = placed[:: max(1, len(placed) // _LINES_FOUND_AGAIN)]
    found = (_offset_ms(dub, p, recorded_take(takes.recorded[p.utterance])) for p in chosen)
    return [offset for offset in found if offset is not None]


def bed_change_db(
    dubbed: Measurable, original: Measurable, speech: SpeechMap, placements: Sequence[Placement]
) -> float | None:
    """How much louder the sound is where nobody speaks, before or after. None if that is silent."""
    busy = [*(span for span in speech.spans), *(placed.span for placed in placements)]
    gaps = list(_gaps(busy, original.source.duration_ms))
    before = _level_db(WavRecording(original.sound), gaps)
    after = _level_db(WavRecording(dubbed.sound), gaps)
    if before is None or after is None or before < _SILENT_DB:
        return None
    return after - before


def share_in_slots(speech: SpeechMap, placements: Sequence[Placement]) -> float | None:
    """The share of speech in the dub, by time, that lies where a line was placed."""
    total = sum(span.duration_ms for span in speech.spans)
    if total == 0:
        return None
    slots = _merged(
        (max(0, p.start_ms - _SLOT_MARGIN_MS), p.end_ms + _SLOT_MARGIN_MS) for p in placements
    )
    inside = sum(
        max(0, min(span.end_ms, end) - max(span.start_ms, start))
        for span in speech.spans
        for start, end in slots
        if start < span.end_ms and end > span.start_ms
    )
    return inside / total


def _offset_ms(dub: WavRecording, placed: Placement, take: SpeechClip) -> int | None:
    length_ms = take.duration_ms
    if abs(length_ms - placed.duration_ms) > 30:
        return None  # stretched: its samples are not in the dub as they were recorded
    start_ms = max(0, placed.start_ms - _SEARCHED_MS)
    window = TimeSpan(start_ms=start_ms, end_ms=placed.end_ms + _SEARCHED_MS)
    sound = dub.read(window).samples
    known = resample(take, dub.sample_rate).samples
    if len(known) > len(sound):
        return None
    match = _correlation(sound, known)
    best = int(match.argmax())
    if match[best] < _CLEAR_MATCH:
        return None
    return round(1000 * best / dub.sample_rate) - (placed.start_ms - start_ms)


def _correlation(sound: Samples, known: Samples) -> Samples:
    """Normalised cross-correlation for every shift at which `known` lies inside `sound`."""
    size = 1 << (len(sound) + len(known) - 1).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(known, size))
    shifts = len(sound) - len(known) + 1
    raw = np.fft.irfft(spectrum, size)[:shifts]
    powers = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    energy = powers[len(known) :][:shifts] - powers[:shifts]
    norm = np.sqrt(np.maximum(energy, 1e-9) * float(known @ known) + 1e-12)
    match: Samples = (raw / norm).astype(np.float32)
    return match


def _gaps(busy: Iterable[TimeSpan], end_ms: int) -> Iterable[TimeSpan]:
    free_from = 0
    for start, end in [
        *_merged((b.start_ms - 400, b.end_ms + 500) for b in busy),
        (end_ms, end_ms),
    ]:
        if start - free_from >= 300:
            yield TimeSpan(start_ms=max(0, free_from), end_ms=start)
        free_from = max(free_from, end)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _level_db(sound: WavRecording, spans: Sequence[TimeSpan]) -> float | None:
    energy, count = 0.0, 0
    for span in spans:
        for start in range(span.start_ms, span.end_ms, _BLOCK_MS):
            block = TimeSpan(start_ms=start, end_ms=min(span.end_ms, start + _BLOCK_MS))
            samples = sound.read(block).samples.astype(np.float64)
            energy, count = energy + float(samples @ samples), count + len(samples)
    if count == 0:
        return None
    return 10 * float(np.log10(energy / count + 1e-12))
