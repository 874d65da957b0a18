"""The voices that the text-to-speech double offers: Google's names over our engine's voices."""

from dataclasses import dataclass

from dubwright.domain.language import base_language
from dubwright.domain.speech import Gender, Voice
from dubwright.testing.google.engines import Engines
from dubwright.testing.google.tags import LOCALES, spoken

FAMILIES = ("Chirp3-HD", "Studio", "Neural2", "Wavenet", "Standard")
"""Kinds of voices; which one a voice is of stands in its name."""

_STARS: tuple[tuple[str, Gender], ...] = (
    ("Aoede", "female"), ("Charon", "male"), ("Fenrir", "male"), ("Kore", "female"),
    ("Leda", "female"), ("Orus", "male"), ("Puck", "male"), ("Zephyr", "female"),
)  # fmt: skip
_LETTERS: tuple[tuple[str, Gender], ...] = (
    ("A", "female"), ("B", "male"), ("C", "female"), ("D", "male"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfferedVoice:
    """A voice as Google names it, and the one of our engine that speaks for it."""

    name: str
    language_code: str
    family: str
    gender: Gender
    speaks: Voice


def offered_voices(engines: Engines) -> tuple[OfferedVoice, ...]:
    """Every voice of every family, for the languages that the engine speaks."""
    return tuple(
        voice
        for code in LOCALES
        if (ours := engines.text_to_speech.voices(spoken(code)))
        for family in FAMILIES
        for voice in _of_family(family, code, ours)
    )


def product_of(family: str) -> str:
    """What speech of a family is billed as, such as `tts.chirp3-hd`."""
    return f"tts.{family.lower()}"


def _of_family(family: str, code: str, ours: tuple[Voice, ...]) -> list[OfferedVoice]:
    names = _STARS if family == "Chirp3-HD" else _LETTERS
    counts: dict[Gender, int] = {"female": 0, "male": 0}
    made = []
    for name, gender in names:
        speaks = _one_of(ours, gender, counts[gender])
        counts[gender] += 1
        made.append(OfferedVoice(f"{code}-{family}-{name}", code, family, gender, speaks))
    return made


def _one_of(ours: tuple[Voice, ...], gender: Gender, number: int) -> Voice:
    """Different voices of ours for different ones of Google's, as far as there are any."""
    alike = [voice for voice in ours if voice.gender == gender] or list(ours)
    return alike[number % len(alike)]


def speaks_language(voice: OfferedVoice, code: str) -> bool:
    """Whether a voice is for a language code, or for the language that a bare code names."""
    if "-" in code:
        return voice.language_code.lower() == code.lower()
    return base_language(spoken(voice.language_code)) == base_language(spoken(code))
