"""How alike two groups of voiceprints are, freed of the noise in each single print.

One print says little about a voice, so even prints of one person are far from equal, and of some
people farther than of others. Spearman's correction for attenuation (1904) takes that out: the
mean likeness between two groups is divided by the mean likeness within them. It is near 1 for one
person in two places of a recording, however noisy, and the more speech the surer it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dubwright.providers.embeddings.clustering import Labels, Vectors, renumbered

Table = npt.NDArray[np.float64]

_PAIRS_LENT = 10
"""A group of few pairs is judged as if it had so many more of the usual likeness within."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Sums of likeness over pairs of prints, and how many pairs, for each pair of groups."""

    likeness: Table
    count: Table

    def corrected(self) -> Table:
        """The likeness of each pair of groups; minus infinity for a group with itself."""
        within, pairs = np.diag(self.likeness), np.diag(self.count)
        usual = within.sum() / max(1.0, pairs.sum())
        own = np.maximum((within + _PAIRS_LENT * usual) / (pairs + _PAIRS_LENT), 1e-9)
        between: Table = self.likeness / np.maximum(self.count, 1) / np.sqrt(np.outer(own, own))
        np.fill_diagonal(between, -np.inf)
        return between

    def joined(self, one: int, other: int) -> "_Pairs":
        """The pairs when group `other` has become part of `one`."""
        return _Pairs(_joined(self.likeness, one, other), _joined(self.count, one, other))


def same_people(
    prints: Vectors, labels: Labels, stretches: Sequence[Sequence[int]], *, alike: float
) -> Labels:
    """The groups with those joined whose corrected likeness reaches `alike`, most alike first.

    `prints` are unit vectors, one per window; windows next to each other in one of `stretches`
    overlap, so their pairs are left out. Time and memory grow with the number of windows.
    """
    pairs = _pairs(prints, labels, stretches)
    labels = labels.copy()
    while len(pairs.count) > 1:
        likeness = pairs.corrected()
        one, other = sorted(divmod(int(np.argmax(likeness)), len(likeness)))
        if likeness[one, other] < alike:
            break
        pairs = pairs.joined(one, other)
        labels[labels == other] = one
        labels[labels > other] -= 1
    return renumbered(labels)


def _pairs(prints: Vectors, labels: Labels, stretches: Sequence[Sequence[int]]) -> _Pairs:
    groups = int(labels.max()) + 1
    sums = np.zeros((groups, prints.shape[1]))
    np.add.at(sums, labels, prints.astype(np.float64))
    counts = np.bincount(labels, minlength=groups).astype(np.float64)
    likeness, count = sums @ sums.T, np.outer(counts, counts)
    here = np.concatenate([np.asarray(rows[:-1], np.int64) for rows in stretches])
    overlap = np.sum(prints[here] * prints[here + 1], axis=1, dtype=np.float64)
    own = np.sum(np.square(prints), axis=1, dtype=np.float64)
    for table, values, selves in (
        (likeness, overlap, own),
        (count, np.ones(len(here)), np.ones(len(labels))),
    ):
        np.subtract.at(table, (labels, labels), selves)
        np.subtract.at(table, (labels[here], labels[here + 1]), values)
        np.subtract.at(table, (labels[here + 1], labels[here]), values)
    return _Pairs(likeness, count)


def _joined(table: Table, one: int, other: int) -> Table:
    summed = table.copy()
    summed[one] += summed[other]
    summed[:, one] += summed[:, other]
    return np.delete(np.delete(summed, other, axis=0), other, axis=1)
