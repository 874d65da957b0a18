"""Speaking rates: how long a voice takes per character, learned from the takes it has spoken."""

from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.timeline import Document

_PRIOR_MS = {
    "de": 66.0, "en": 63.0, "es": 60.0, "fr": 62.0, "hi": 72.0, "it": 62.0, "ja": 135.0,
    "ko": 135.0, "nl": 64.0, "pl": 68.0, "pt": 64.0, "ru": 70.0, "tr": 66.0, "zh": 210.0,
}  # fmt: skip
_USUAL_MS = 66.0
_WEIGHT_OF_NEW = 0.2
_LEAST_CHARACTERS = 8
"""Shorter texts say more about pauses than about the rate."""
_DIGIT_CHARACTERS = 4
"""A digit is read out as a word of about this length."""


class RateKey(Document):
    """Whose rate it is."""

    provider: str
    voice: str
    language: LanguageTag


class LearnedRate(Document):
    """The rate of one voice, in ms per character, and from how many takes it was learned."""

    key: RateKey
    ms_per_character: float
    takes: int


class SpeakingRates(Document):
    """All learned rates. A voice that was never heard speaks at its language's usual rate."""

    learned: tuple[LearnedRate, ...] = ()

    def ms_per_character(self, key: RateKey) -> float:
        """The learned rate, or the usual one of the language."""
        known = self._learned(key)
        return _prior_ms(key.language) if known is None else known.ms_per_character

    def predict_ms(self, key: RateKey, text: str) -> int:
        """How long the text will take at speed 1.0; 0 for a text without characters."""
        return round(self.ms_per_character(key) * spoken_characters(text))

    def characters_for(self, key: RateKey, ms: int) -> int:
        """How many characters can be said in `ms` at speed 1.0."""
        return max(0, int(ms / self.ms_per_character(key)))

    def updated(self, key: RateKey, text: str, duration_ms: int) -> "SpeakingRates":
        """The rates after one more take, spoken at speed 1.0.

        A moving average: the first takes count in full, later ones a fifth. Very short texts
        teach nothing.
        """
        characters = spoken_characters(text)
        if characters < _LEAST_CHARACTERS or duration_ms <= 0:
            return self
        known = self._learned(key)
        takes = 0 if known is None else known.takes
        # The prior counts as one take, so that a single odd take cannot set the rate alone.
        weight = max(_WEIGHT_OF_NEW, 1 / (takes + 2))
        before = self.ms_per_character(key)
        rate = LearnedRate(
            key=key,
            ms_per_character=before + weight * (duration_ms / characters - before),
            takes=takes + 1,
        )
        others = tuple(other for other in self.learned if other.key != key)
        return SpeakingRates(learned=(*others, rate))

    def _learned(self, key: RateKey) -> LearnedRate | None:
        return next((rate for rate in self.learned if rate.key == key), None)


def spoken_characters(text: str) -> int:
    """The length of a text as it is read aloud: single blanks, digits as words."""
    plain = " ".join(text.split())
    return len(plain) + (_DIGIT_CHARACTERS - 1) * sum(char.isdigit() for char in plain)


def _prior_ms(language: LanguageTag) -> float:
    return _PRIOR_MS.get(base_language(language), _USUAL_MS)
