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

    With `speakers` given there are that many voices before smoothing, or as many as there are
    windows; otherwise the threshold decides.
    """
    stretches = [
        list(rows) for _, rows in groupby(range(len(windows)), lambda k: windows[k].speech)
    ]
    smooth = np.concatenate([_averaged(unit(prints[rows])) for rows in stretches])
    labels = grouped(smooth, threshold=options.threshold, groups=speakers)
    if speakers is None:
        labels = _without_rare(smooth, labels, fewest=options.min_speaker_ms / _STEP_MS)
    likeness = smooth @ centroids(smooth, labels).T
    steady = [steady_labels(likeness[rows], change_cost=options.change_cost) for rows in stretches]
    return renumbered(np.concatenate(steady))


def _averaged(prints: Vectors) -> Vectors:
    """Each print with its neighbours' share: a syllable says little about a voice."""
    padded = np.pad(prints, ((1, 1), (0, 0)), mode="edge")
    return unit(padded[:-2] + padded[1:-1] + padded[2:])


def _without_rare(prints: Vectors, labels: Labels, *, fewest: float) -> Labels:
    """Groups of fewer windows than `fewest` join the others, window by window."""
    counts = np.bincount(labels)
    kept = np.flatnonzero(counts >= min(fewest, counts.max()))
    centres = centroids(prints, labels)[kept]
    rare = ~np.isin(labels, kept)
    joined = np.searchsorted(kept, labels)
    joined[rare] = nearest(prints[rare], centres)
    return joined
