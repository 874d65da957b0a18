"""Speaking rates: how long another wording of a line takes, told by the line's own take."""

_DIGIT_CHARACTERS = 4
"""A digit is read out as a word of about this length."""


def reworded_ms(text: str, spoken_ms: int, wording: str) -> int:
    """How long `wording` takes in the voice that said `text` in `spoken_ms`; at least 1 ms.

    The voice's own rate in this line is carried over: wordings of one line share most words.
    """
    share = spoken_characters(wording) / max(1, spoken_characters(text))
    return max(1, round(spoken_ms * share))


def spoken_characters(text: str) -> int:
    """The length of a text as it is read aloud: single blanks, digits as words."""
    plain = " ".join(text.split())
    return len(plain) + (_DIGIT_CHARACTERS - 1) * sum(char.isdigit() for char in plain)
