"""Text to phonemes in Kokoro's alphabet, by the espeak-ng program.

espeak-ng is under the GPL, so it stays a separate program that reads text and prints phonemes;
its library is never loaded. The mapping to Kokoro's alphabet is the one of misaki, with which
the model was trained (https://github.com/hexgrad/misaki, espeak.py, Apache-2.0).
"""

# ruff: noqa: RUF001 - phonetic letters resemble Latin ones, and that is what is written here
import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from dubwright.domain.language import LanguageTag
from dubwright.providers.kokoro.espeak import Espeak

ESPEAK_VOICES = {
    LanguageTag("en-US"): "en-us",
    LanguageTag("en-GB"): "en-gb",
    LanguageTag("es"): "es",
    LanguageTag("fr-FR"): "fr-fr",
    LanguageTag("it"): "it",
    LanguageTag("pt-BR"): "pt-br",
}

_CACHED_TEXTS = 2048
_LINE_CHARS = 250  # espeak-ng reads standard input in lines of at most 1000 bytes
_UNSPOKEN = {"Cc", "Cf", "Cs", "Co", "Cn", "So"}  # control characters, pictographs
_LOOKALIKES = str.maketrans(
    {"’": "'", "‘": "'", "«": "“", "»": "”", "[": "(", "]": ")", "{": "(", "}": ")", "–": "—"}
)
# A point, comma or colon between two digits belongs to the number.
_PUNCTUATION = re.compile(r"(?:\s*(?:[;!?¡¿—…\"“”()]|(?<!\d)[.,:]|[.,:](?!\d))\s*)+")
_ABBREVIATION = re.compile(r"\b(Mr|Mrs|Ms|Dr|Dra|Prof|Sr|Sra|Srta|Jr|St|Mme|Mlle)\.(?=\s+\w)")
_SPACED_HYPHEN = re.compile(r"\s+-+\s+")
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")
_SYLLABIC = "\u0329"

_ENGLISH = (
    (f"ʔˌn{_SYLLABIC}", "ʔn"), (f"ʔn{_SYLLABIC}", "ʔn"),
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"),
    ("ə^l", "ᵊl"), ("ʲo", "jo"), ("ʲə", "jə"),
    ("e", "A"), ("ʲ", ""), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɐ", "ə"),
    ("ɬ", "l"), ("\u0303", ""),
)  # fmt: skip
_AMERICAN = (("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""))
_BRITISH = (("e^ə", "ɛː"), ("iə", "ɪə"), ("ə^ʊ", "Q"))
_ANY_ENGLISH = (("o", "ɔ"), ("ɾ", "T"), ("ʔ", "t"))
_OTHER = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^z", "ʣ"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("o^ʊ", "O"),
    ("ə^ʊ", "Q"), ("s^s", "S"), ("t^s", "ʦ"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("-", ""),
)  # fmt: skip


@cache
def vocabulary() -> dict[str, int]:
    """Kokoro's token for each phoneme and mark of punctuation it knows."""
    resource = files("dubwright.providers.kokoro").joinpath("vocabulary.json")
    tokens: dict[str, int] = json.loads(resource.read_text(encoding="utf-8"))
    return tokens


class Phonemizer:
    """Turns text into phonemes and remembers them, because each line is asked for many times."""

    def __init__(self, espeak: Espeak) -> None:
        self._espeak = espeak
        self._remember = lru_cache(maxsize=_CACHED_TEXTS)(self._phonemes)

    def phonemes(self, text: str, language: LanguageTag) -> str:
        """The phonemes of `text` with its punctuation; empty when nothing in it can be spoken.

        Raises `ProviderNotReady` when espeak-ng is missing.
        """
        return self._remember(text, language)

    def _phonemes(self, text: str, language: LanguageTag) -> str:
        voice = ESPEAK_VOICES[language]
        spoken, marks = split_punctuation(text)
        lines = self._espeak.phonemes(spoken, voice=voice)
        mapped = [to_kokoro(line, voice) for line in lines]
        if not any(_is_spoken(line) for line in mapped):
            return ""
        joined = "".join(line + mark for line, mark in zip(mapped, marks, strict=True))
        return "".join(char for char in joined if char in vocabulary()).strip()


def split_punctuation(text: str) -> tuple[list[str], list[str]]:
    """The runs of words in `text`, and the punctuation that follows each of them."""
    cleaned = _clean(text)
    spoken: list[str] = []
    marks: list[str] = []
    position = 0
    for match in _PUNCTUATION.finditer(cleaned):
        _append(spoken, marks, cleaned[position : match.start()], mark=match.group())
        position = match.end()
    _append(spoken, marks, cleaned[position:], mark="")
    return spoken, marks


def to_kokoro(ipa: str, voice: str) -> str:
    """espeak-ng's phonemes, with diphthongs tied by `^`, in Kokoro's alphabet."""
    phonemes = _LANGUAGE_SWITCH.sub("", ipa).strip()
    if not voice.startswith("en"):
        return _replace(phonemes, _OTHER).replace("^", "")
    british = voice == "en-gb"
    phonemes = _replace(phonemes, (*(_BRITISH if british else ()), *_ENGLISH))
    phonemes = re.sub(rf"(\S){_SYLLABIC}", r"ᵊ\1", phonemes).replace(_SYLLABIC, "")
    phonemes = phonemes if british else _replace(phonemes, _AMERICAN)
    return _replace(phonemes, _ANY_ENGLISH).replace("^", "")


def _clean(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(_LOOKALIKES)
    spoken = (" " if unicodedata.category(c) in _UNSPOKEN else c for c in composed)
    collapsed = " ".join("".join(spoken).split())
    return _ABBREVIATION.sub(r"\1", _SPACED_HYPHEN.sub(" — ", collapsed)).replace("%", " %")


def _append(spoken: list[str], marks: list[str], words: str, *, mark: str) -> None:
    """Add a run of words in lines that espeak-ng reads whole."""
    lines = _lines(words.split())
    if not lines and marks:
        marks[-1] += mark
        return
    spoken.extend(lines)
    marks.extend([" "] * (len(lines) - 1) + [mark] * bool(lines))


def _lines(words: list[str]) -> list[str]:
    lines: list[str] = []
    for word in words:
        short = word[:_LINE_CHARS]
        if lines and len(lines[-1]) + len(short) < _LINE_CHARS:
            lines[-1] += f" {short}"
        else:
            lines.append(short)
    return lines


def _replace(phonemes: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for espeak, kokoro in pairs:
        phonemes = phonemes.replace(espeak, kokoro)
    return phonemes


def _is_spoken(phonemes: str) -> bool:
    return any(char.isalpha() and char in vocabulary() for char in phonemes)
