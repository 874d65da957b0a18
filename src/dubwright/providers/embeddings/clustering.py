"""Grouping voiceprints: agglomerative clustering with average linkage on cosine distance."""

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

MOST_CLUSTERED = 1_500
"""More vectors than this are sampled evenly; the rest join the nearest group."""


def unit(vectors: Vectors) -> Vectors:
    """The rows at length one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return rows


def grouped(vectors: Vectors, *, threshold: float, groups: int | None = None) -> Labels:
    """One label from 0 for each row of `vectors`, rows at length one.

    Groups merge until their mean distance is above `threshold`, or until `groups` are left.
    """
    if not len(vectors):
        return np.zeros(0, np.int64)
    step = -(-len(vectors) // MOST_CLUSTERED)
    sample = vectors[::step]
    labels = _merged(sample, threshold=threshold, groups=groups)
    if step == 1:
        return labels
    return nearest(vectors, centroids(sample, labels))


def centroids(vectors: Vectors, labels: Labels) -> Vectors:
    """The direction of each group, in order of label, at length one."""
    return unit(np.stack([vectors[labels == k].mean(axis=0) for k in range(labels.max() + 1)]))


def nearest(vectors: Vectors, centres: Vectors) -> Labels:
    """The label of the nearest centre for each row."""
    labels: Labels = np.argmax(vectors @ centres.T, axis=1)
    return labels


def renumbered(labels: Labels) -> Labels:
    """The same groups, numbered from 0 in order of first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def _merged(vectors: Vectors, *, threshold: float, groups: int | None) -> Labels:
    """Lance and Williams' update with a nearest neighbour kept for each row: O(n²) in practice."""
    distance = (1 - vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(distance, np.inf)
    labels, sizes = np.arange(len(vectors)), np.ones(len(vectors))
    neighbour = np.argmin(distance, axis=1)
    closest = distance[np.arange(len(vectors)), neighbour]
    for left in range(len(vectors), groups or 1, -1):
        one = int(np.argmin(closest))
        if left <= 1 or (groups is None and closest[one] > threshold):
            break
        other = int(neighbour[one])
        _join(distance, sizes, one, other)
        labels[labels == other] = one
        stale = np.flatnonzero((neighbour == one) | (neighbour == other))
        for row in {one, other, *stale.tolist()}:
            neighbour[row] = np.argmin(distance[row])
            closest[row] = distance[row, neighbour[row]]
        nearer = distance[:, one] < closest
        neighbour[nearer], closest[nearer] = one, distance[nearer, one]
    return renumbered(labels)


def _join(
    distance: npt.NDArray[np.float64], sizes: npt.NDArray[np.float64], one: int, other: int
) -> None:
    """Make `other` part of `one` in a working matrix; its own row is infinitely far from all."""
    share = sizes[one] / (sizes[one] + sizes[other])
    mean = share * distance[one] + (1 - share) * distance[other]
    mean[[one, other]] = np.inf
    distance[one], distance[:, one] = mean, mean
    distance[other], distance[:, other] = np.inf, np.inf
    sizes[one] += sizes[other]
