"""From one voice per window to turns: no gap inside speech, no flicker inside a sentence."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dubwright.domain.speech import SpeakerId, SpeakerTurn
from dubwright.domain.timeline import TimeSpan
from dubwright.providers.embeddings.windows import Window


def steady_labels(
    likeness: npt.NDArray[np.float32], *, change_cost: float
) -> npt.NDArray[np.int64]:
    """The best label per window, where each change costs as much as `change_cost` of likeness.

    `likeness` has shape (windows, voices). Viterbi's algorithm.
    """
    best = likeness[0].astype(np.float64)
    came_from = np.zeros(likeness.shape, np.int64)
    stay = np.arange(likeness.shape[1])
    for row in range(1, len(likeness)):
        leader = int(np.argmax(best))
        changes = best[leader] - change_cost > best
        came_from[row] = np.where(changes, leader, stay)
        best = np.where(changes, best[leader] - change_cost, best) + likeness[row]
    labels = np.zeros(len(likeness), np.int64)
    labels[-1] = np.argmax(best)
    for row in range(len(likeness) - 1, 0, -1):
        labels[row - 1] = came_from[row, labels[row]]
    return labels


def turns_of(
    spans: Sequence[TimeSpan], windows: Sequence[Window], labels: npt.NDArray[np.int64]
) -> tuple[SpeakerTurn, ...]:
    """Turns that cover `spans` exactly; a change falls midway between two windows' middles."""
    turns: list[SpeakerTurn] = []
    for position, span in enumerate(spans):
        inside = [k for k, window in enumerate(windows) if window.speech == position]
        turns += _span_turns(span, [windows[k] for k in inside], labels[inside].tolist())
    return tuple(turns)


def speaker_id(label: int) -> SpeakerId:
    """`S1` for label 0."""
    return SpeakerId(f"S{label + 1}")


def _span_turns(
    span: TimeSpan, windows: Sequence[Window], labels: Sequence[int]
) -> list[SpeakerTurn]:
    turns: list[SpeakerTurn] = []
    start_ms = span.start_ms
    for k, label in enumerate(labels):
        is_last = k + 1 == len(labels)
        if not is_last and labels[k + 1] == label:
            continue
        end_ms = span.end_ms if is_last else (_middle(windows[k]) + _middle(windows[k + 1])) // 2
        turn_span = TimeSpan(start_ms=start_ms, end_ms=end_ms)
        turns.append(SpeakerTurn(speaker=speaker_id(label), span=turn_span))
        start_ms = end_ms
    return turns


def _middle(window: Window) -> int:
    return (window.span.start_ms + window.span.end_ms) // 2
