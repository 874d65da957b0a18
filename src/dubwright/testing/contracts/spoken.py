"""Recorded speech that a test knows the words of."""

from dataclasses import dataclass

from dubwright.domain.audio import Samples
from dubwright.domain.language import LanguageTag
from dubwright.domain.timeline import TimeSpan


@dataclass(frozen=True, slots=True)
class Spoken:
    """Mono speech at `sample_rate` Hz. `span` is when it is spoken, within 300 ms.

    `text` is what is said, or empty if there are no words in it; nobody is asked to hear them then.
    """

    samples: Samples
    sample_rate: int
    language: LanguageTag
    span: TimeSpan
    text: str = ""
