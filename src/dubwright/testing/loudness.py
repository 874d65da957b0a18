"""Telling sound from silence by level alone, as the stand-in providers do."""

from itertools import groupby

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples
from dubwright.domain.timeline import TimeSpan

FRAME_MS = 20
Loud = npt.NDArray[np.bool_]


def loud_frames(samples: Samples, sample_rate: int, *, threshold_dbfs: float) -> Loud:
    """Whether each frame of `FRAME_MS` is louder than the threshold. A rest at the end counts."""
    frame = sample_rate * FRAME_MS // 1000
    padded = np.pad(samples, (0, -len(samples) % frame)).reshape(-1, frame)
    level = np.sqrt(np.mean(np.square(padded, dtype=np.float64), axis=1))
    return np.asarray(level > 10 ** (threshold_dbfs / 20))


def loud_spans(loud: Loud, *, shortest_pause_ms: int, shortest_sound_ms: int) -> list[TimeSpan]:
    """The stretches of sound, pauses shorter than `shortest_pause_ms` bridged."""
    spans: list[TimeSpan] = []
    at_ms = 0
    for is_loud, frames in groupby(loud.tolist()):
        end_ms = at_ms + FRAME_MS * sum(1 for _ in frames)
        if is_loud:
            start_ms = at_ms
            if spans and at_ms - spans[-1].end_ms < shortest_pause_ms:
                start_ms = spans.pop().start_ms
            spans.append(TimeSpan(start_ms=start_ms, end_ms=end_ms))
        at_ms = end_ms
    return [span for span in spans if span.duration_ms >= shortest_sound_ms]
