"""What is known of a call: what it asks for, what it may cost, and how it went."""

import hashlib
from dataclasses import dataclass

from dubwright.domain.audio import SpeechClip
from dubwright.ports import Charge


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call asks for: a digest that names the piece, never its text, and how much of what
    an engine may bill (`characters`, or `ms` of sound). Free questions have no units."""

    piece: str = ""
    units: int = 0
    unit: str = ""

    @classmethod
    def of_text(cls, *texts: str, about: str = "") -> "Asked":
        """So many characters. `about` tells apart what differs but in the text."""
        digest = hashlib.sha256("\x1f".join([*texts, about]).encode()).hexdigest()
        return cls(digest[:16], sum(len(text) for text in texts), "characters")

    @classmethod
    def of_sound(cls, clip: SpeechClip) -> "Asked":
        """So many ms of sound."""
        digest = hashlib.sha256(clip.samples.tobytes()).hexdigest()
        return cls(digest[:16], clip.duration_ms, "ms")


@dataclass(frozen=True, slots=True)
class Intended:
    """A call that is about to be made. `product` is its row of the price list, empty if free."""

    kind: str
    provider: str
    call: str
    product: str
    asked: Asked


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One attempt at one call. `outcome` is `ok`, the code of the error, or `interrupted`.

    `cpu_ms` is what the calling thread used; an engine with threads of its own uses more.
    `charges` are what the vendor billed for it, which may be something although it failed.
    """

    kind: str
    provider: str
    call: str
    elapsed_ms: int
    cpu_ms: int
    outcome: str
    asked: Asked = Asked()
    product: str = ""
    charges: tuple[Charge, ...] = ()
