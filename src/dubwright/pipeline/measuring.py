"""What is measured on a finished file."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.fit import Placement
from dubwright.domain.media import Source
from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.media.stretch import resample
from dubwright.pipeline.settling import Takes
from dubwright.pipeline.taking import recorded_take
from dubwright.ports import Recording

_SEARCHED_MS = 400
_LINES_FOUND_AGAIN = 12
_FOUND_AGAIN_MS = 600
_CLEAR_MATCH = 0.3
_SILENT_DB = -65.0
_BLOCK_MS = 60_000
_SLOT_MARGIN_MS = 250


class Measurable(Protocol):
    """A video with its probe and its sound, 16 kHz mono."""

    @property
    def source(self) -> Source: ...
    @property
    def sound(self) -> Recording: ...


def lines_to_find(takes: Takes) -> list[tuple[Placement, Path]]:
    """Lines spread over the file, with their takes, long enough to be found again by their sound."""
    placed = [p for p in takes.report.placements if p.duration_ms > _FOUND_AGAIN_MS]
    chosen = placed[:: max(1, len(placed) // _LINES_FOUND_AGAIN)]
    return [(p, takes.recorded[p.utterance]) for p in chosen]


def offsets_ms(dub: Recording, takes: Takes) -> list[int]:
    """How far lines spread over the file sound from where they were placed."""
    found = (offset_ms(dub, placed, take) for placed, take in lines_to_find(takes))
    return [offset for offset in found if offset is not None]


def offset_ms(dub: Recording, placed: Placement, take: Path) -> int | None:
    """How far one line sounds from where it was placed, found by correlation; None if nowhere."""
    return _offset_ms(dub, placed, recorded_take(take))


def bed_change_db(
    dubbed: Measurable,
    original: Measurable,
    speech: SpeechMap,
    placements: Sequence[Placement],
    *,
    chosen_db: float = 0.0,
) -> float | None:
    """How much louder the sound is where nobody speaks, before or after. None if that is silent.

    What was to become silent changed as chosen once it is.
    """
    busy = [*(span for span in speech.spans), *(placed.span for placed in placements)]
    gaps = list(_gaps(busy, original.source.duration_ms))
    before = _level_db(original.sound, gaps)
    after = _level_db(dubbed.sound, gaps)
    if before is None or after is None or before < _SILENT_DB:
        return None
    if before + chosen_db < _SILENT_DB:
        return chosen_db + max(0.0, after - _SILENT_DB)
    return after - before


def share_in_slots(speech: SpeechMap, placements: Sequence[Placement]) -> float | None:
    """The share of speech in the dub, by time, that lies where a line was placed."""
    total = sum(span.duration_ms for span in speech.spans)
    if total == 0:
        return None
    slots = _merged(
        (max(0, p.start_ms - _SLOT_MARGIN_MS), p.end_ms + _SLOT_MARGIN_MS) for p in placements
    )
    return sum(_inside(span, slots) for span in speech.spans) / total


def _inside(span: TimeSpan, slots: Sequence[tuple[int, int]]) -> int:
    """How much of a span lies in slots, which are in order and apart."""
    inside = 0
    for start, end in slots[max(0, bisect_left(slots, (span.start_ms, 0)) - 1) :]:
        if start >= span.end_ms:
            break
        inside += max(0, min(span.end_ms, end) - max(span.start_ms, start))
    return inside


def _offset_ms(dub: Recording, placed: Placement, take: SpeechClip) -> int | None:
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


def _level_db(sound: Recording, spans: Sequence[TimeSpan]) -> float | None:
    energy, count = 0.0, 0
    for span in spans:
        for start in range(span.start_ms, span.end_ms, _BLOCK_MS):
            block = TimeSpan(start_ms=start, end_ms=min(span.end_ms, start + _BLOCK_MS))
            samples = sound.read(block).samples
            energy, count = energy + float(samples @ samples), count + len(samples)
    if count == 0:
        return None
    return 10 * float(np.log10(energy / count + 1e-12))
