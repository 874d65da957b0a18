"""Whose voice each window is: clustering, small voices joined to large ones, changes smoothed."""

from collections.abc import Sequence
from itertools import groupby
from typing import Protocol

import numpy as np

from dubwright.providers.embeddings.clustering import (
    Labels,
    Vectors,
    centroids,
    grouped,
    nearest,
    renumbered,
    unit,
)
from dubwright.providers.embeddings.turns import steady_labels
from dubwright.providers.embeddings.windows import Window

_MOST_OUTLIERS = 12
_STEP_MS = 400  # what each window adds to the one before it


class GroupingOptions(Protocol):
    """What the caller may tune; see `EmbeddingOptions`."""

    @property
    def threshold(self) -> float: ...
    @property
    def min_speaker_ms(self) -> int: ...
    @property
    def change_cost(self) -> float: ...


def voices_of(
    prints: Vectors,
    windows: Sequence[Window],
    *,
    options: GroupingOptions,
    speakers: int | None,
) -> Labels:
    """One label per window, from 0 in order of first appearance.

    With `speakers` given there are that many voices, unless the speech is too short for so many;
    otherwise the threshold decides.
    """
    stretches = [
        list(rows) for _, rows in groupby(range(len(windows)), lambda k: windows[k].speech)
    ]
    smooth = np.concatenate([_averaged(unit(prints[rows])) for rows in stretches])
    fewest = options.min_speaker_ms / _STEP_MS
    if speakers is None:
        labels = grouped(smooth, threshold=options.threshold)
        labels = _only(smooth, labels, kept=_common(labels, fewest))
    else:
        labels = _grouped_into(speakers, smooth, fewest=fewest)
    likeness = smooth @ centroids(smooth, labels).T
    steady = [steady_labels(likeness[rows], change_cost=options.change_cost) for rows in stretches]
    return renumbered(np.concatenate(steady))


def _averaged(prints: Vectors) -> Vectors:
    """Each print with its neighbours' share: a syllable says little about a voice."""
    padded = np.pad(prints, ((1, 1), (0, 0)), mode="edge")
    return unit(padded[:-2] + padded[1:-1] + padded[2:])


def _grouped_into(speakers: int, prints: Vectors, *, fewest: float) -> Labels:
    """The coarsest grouping with `speakers` groups of a size to count; the rest joins them.

    Outliers otherwise use up the number of speakers, and two people share a voice.
    """
    for groups in range(speakers, speakers + _MOST_OUTLIERS):
        labels = grouped(prints, threshold=np.inf, groups=groups)
        common = _common(labels, fewest)
        if len(common) >= speakers:
            return _only(prints, labels, kept=common)
    return grouped(prints, threshold=np.inf, groups=speakers)


def _common(labels: Labels, fewest: float) -> Labels:
    """The labels that at least `fewest` windows have; the largest group's in any case."""
    counts = np.bincount(labels)
    return np.flatnonzero(counts >= min(fewest, counts.max()))


def _only(prints: Vectors, labels: Labels, *, kept: Labels) -> Labels:
    """The groups `kept`; each window of another joins the one that it is most like."""
    centres = centroids(prints, labels)[kept]
    other = ~np.isin(labels, kept)
    joined: Labels = np.searchsorted(kept, labels)
    joined[other] = nearest(prints[other], centres)
    return joined
