"""The receipt of a dub: how it was spoken, so that a later one leaves alone what was not edited."""

from operator import attrgetter
from typing import Final

from dubwright.domain.speech import Script, Utterance
from dubwright.domain.timeline import Document
from dubwright.pipeline.order import Earlier, Pin
from dubwright.pipeline.results import Dub

# An edit that was taken back has lost the wordings that the translator gave.
_BESIDE: Final = {"source_text", "heard_by", "translated_by", "variants"}
_spoken: Final = attrgetter(*(name for name in Utterance.model_fields if name not in _BESIDE))
"""What a line's sound is made of."""


class Receipt(Document):
    """What was written into the folder, so that a later run knows what a person has changed.

    Once a person has edited the script, it stays the script of this folder.
    """

    source_sha256: str
    script: Script
    edited: bool
    spoken: dict[int, Pin]
    decided: Earlier | None = None


def receipt_of(dub: Dub, *, edited: bool) -> Receipt:
    """The receipt of a dub that was made; `edited`: from a script that a person had changed."""
    return Receipt(
        source_sha256=dub.source.sha256,
        script=dub.script,
        edited=edited,
        spoken=dict(dub.asked),
        decided=dub.decided,
    )


def untouched_lines(receipt: Receipt, script: Script) -> dict[int, Pin]:
    """How those lines of `script` were spoken that are as the receipt has them."""
    before = {line.id: line for line in receipt.script.utterances}
    return {
        line.id: receipt.spoken[line.id]
        for line in script.utterances
        if line.id in receipt.spoken and speaks_the_same(before.get(line.id), line)
    }


def speaks_the_same(before: Utterance | None, line: Utterance) -> bool:
    """Whether the dub of a line stays: what the original said may be corrected, and wordings that
    were not spoken may go."""
    return before is not None and bool(_spoken(before) == _spoken(line))
