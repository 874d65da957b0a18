"""Cutting long texts into pieces that the model can take."""

import re

_BREAKS = (r"(?<=[.!?…]) +", r"(?<=[;:,—]) +", r" +", r"(?<=.)(?=.)")


def split_phonemes(phonemes: str, *, limit: int) -> list[str]:
    """Pieces of at most `limit` phonemes, cut after sentences, else clauses, else words.

    Only the blanks at the cuts are lost.
    """
    return _split(phonemes, limit, _BREAKS)


def _split(phonemes: str, limit: int, breaks: tuple[str, ...]) -> list[str]:
    if len(phonemes) <= limit:
        return [phonemes]
    pieces: list[str] = []
    for part in re.split(breaks[0], phonemes):
        joined = _join(pieces[-1], part, breaks) if pieces else part
        if pieces and len(joined) <= limit:
            pieces[-1] = joined
        else:
            pieces.extend(_split(part, limit, breaks[1:]))
    return pieces


def _join(left: str, right: str, breaks: tuple[str, ...]) -> str:
    return f"{left} {right}" if len(breaks) > 1 else f"{left}{right}"
