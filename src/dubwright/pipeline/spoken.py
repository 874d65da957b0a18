"""What lies between speaking and mixing."""

from dataclasses import dataclass

from dubwright.domain.speech import Cast, Script
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.settling import Takes


@dataclass(frozen=True, slots=True)
class Spoken:
    """A target whose lines are all spoken and placed."""

    heard: Listened
    script: Script
    cast: Cast
    takes: Takes
