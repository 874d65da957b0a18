"""Whose voice each window is: small pure groups, joined into people by all that is heard of each.

Then voices heard for a moment join others, and changes are smoothed.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dubwright.providers.embeddings.clustering import (
    Labels,
    Vectors,
    centroids,
    grouped,
    nearest,
    renumbered,
    unit,
)
from dubwright.providers.embeddings.likeness import same_people
from dubwright.providers.embeddings.turns import steady_labels
from dubwright.providers.embeddings.windows import Window

_MOST_OUTLIERS = 12
_LEAST_EVIDENCE_MS = 1_200
"""Shorter groups tell too little to be compared with others."""

Shares = npt.NDArray[np.float64]


class GroupingOptions(Protocol):
    """What the caller may tune; see `EmbeddingOptions`."""

    @property
    def threshold(self) -> float: ...
    @property
    def likeness(self) -> float: ...
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
    otherwise the likeness of the groups decides.
    """
    stretches = [
        list(rows) for _, rows in groupby(range(len(windows)), lambda k: windows[k].speech)
    ]
    exact = unit(prints)
    smooth = np.concatenate([_averaged(exact[rows]) for rows in stretches])
    spoken_ms = np.concatenate([_shares_ms(windows, rows) for rows in stretches])
    if speakers is None:
        labels = grouped(smooth, threshold=options.threshold)
        kept = _common(labels, spoken_ms, fewest_ms=_LEAST_EVIDENCE_MS)
        labels = _only(smooth, labels, kept=kept)
        labels = same_people(exact, labels, stretches, alike=options.likeness)
        kept = _common(labels, spoken_ms, fewest_ms=options.min_speaker_ms)
        labels = _only(smooth, labels, kept=kept)
    else:
        labels = _grouped_into(speakers, smooth, spoken_ms, fewest_ms=options.min_speaker_ms)
    likeness = smooth @ centroids(smooth, labels).T
    steady = [steady_labels(likeness[rows], change_cost=options.change_cost) for rows in stretches]
    return renumbered(np.concatenate(steady))


def _shares_ms(windows: Sequence[Window], rows: Sequence[int]) -> Shares:
    """How much of the speech of one stretch falls to each of its windows."""
    spoken_ms = windows[rows[-1]].span.end_ms - windows[rows[0]].span.start_ms
    return np.full(len(rows), spoken_ms / len(rows))


def _averaged(prints: Vectors) -> Vectors:
    """Each print with its neighbours' share: a syllable says little about a voice."""
    padded = np.pad(prints, ((1, 1), (0, 0)), mode="edge")
    return unit(padded[:-2] + padded[1:-1] + padded[2:])


def _grouped_into(speakers: int, prints: Vectors, spoken_ms: Shares, *, fewest_ms: float) -> Labels:
    """The coarsest grouping with `speakers` groups of a size to count; the rest joins them.

    Outliers otherwise use up the number of speakers, and two people share a voice.
    """
    for groups in range(speakers, speakers + _MOST_OUTLIERS):
        labels = grouped(prints, threshold=np.inf, groups=groups)
        common = _common(labels, spoken_ms, fewest_ms=fewest_ms)
        if len(common) >= speakers:
            return _only(prints, labels, kept=common)
    return grouped(prints, threshold=np.inf, groups=speakers)


def _common(labels: Labels, spoken_ms: Shares, *, fewest_ms: float) -> Labels:
    """The labels that are heard for at least `fewest_ms`; the largest group's in any case."""
    heard_ms = np.bincount(labels, weights=spoken_ms)
    return np.flatnonzero(heard_ms >= min(fewest_ms, heard_ms.max()))


def _only(prints: Vectors, labels: Labels, *, kept: Labels) -> Labels:
    """The groups `kept`; each window of another joins the one that it is most like."""
    centres = centroids(prints, labels)[kept]
    other = ~np.isin(labels, kept)
    joined: Labels = np.searchsorted(kept, labels)
    joined[other] = nearest(prints[other], centres)
    return joined
