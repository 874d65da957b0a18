"""Apportioning: one translated sentence divided among the lines in which it was spoken.

A sentence spoken with pauses is several lines. It is translated whole, because its parts alone
make no sense, and the translation is then divided as the original was.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

_CLAUSE_ENDS = (",", ";", ":", "—", "–", ".", "?", "!", "…")
_CLAUSE_BONUS = 0.12
_DANGLING_PENALTY = 0.06
_DANGLING_LETTERS = 3
_TRIED_AROUND = 4


def apportioned(text: str, shares: Sequence[float]) -> tuple[str, ...] | None:
    """`text` in as many parts as there are `shares`, each about as long as its share.

    Parts end gladly after punctuation and not after a short word, which belongs to what follows.
    Together they are the text, word for word. None when there are fewer words than parts.
    """
    words = text.split()
    if len(words) < len(shares):
        return None
    if len(shares) == 1:
        return (" ".join(words),)
    ends = [
        end / sum(len(word) + 1 for word in words) for end in accumulate(len(w) + 1 for w in words)
    ]
    wanted = [sum(shares[: n + 1]) / sum(shares) for n in range(len(shares) - 1)]
    cuts = _best_cuts(words, ends, wanted)
    edges = [0, *cuts, len(words)]
    return tuple(" ".join(words[a:b]) for a, b in pairwise(edges))


def _best_cuts(
    words: Sequence[str], ends: Sequence[float], wanted: Sequence[float]
) -> tuple[int, ...]:
    """The word counts before each cut, chosen one after another from those near its place."""
    cuts: list[int] = []
    for number, place in enumerate(wanted):
        first = (cuts[-1] if cuts else 0) + 1
        last = len(words) - (len(wanted) - number)
        nearest = min(range(first, last + 1), key=lambda cut: abs(ends[cut - 1] - place))
        around = range(max(first, nearest - _TRIED_AROUND), min(last, nearest + _TRIED_AROUND) + 1)
        cuts.append(min(around, key=lambda cut: (_clumsiness(words, ends, cut, place), cut)))
    return tuple(cuts)


def _clumsiness(words: Sequence[str], ends: Sequence[float], cut: int, place: float) -> float:
    before = words[cut - 1]
    cost = abs(ends[cut - 1] - place)
    if before.endswith(_CLAUSE_ENDS):
        return cost - _CLAUSE_BONUS
    return cost + (_DANGLING_PENALTY if len(before) <= _DANGLING_LETTERS else 0.0)
