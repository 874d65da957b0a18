"""The proof: what was measured on the finished file, and whether it may be called completed."""

from dubwright.domain.timeline import Document


class Check(Document):
    """One measured promise. `hard` checks decide whether the dub is completed.

    `value` is None when it could not be measured on this file; `note` then says why.
    """

    name: str
    value: float | None
    limit: str
    unit: str
    passed: bool
    hard: bool = False
    note: str = ""


class HeardLine(Document):
    """What the recogniser heard where a line was spoken, beside what was spoken."""

    utterance: int
    spoken: str
    heard: str


class QcReport(Document):
    """Every check, and the heard-back text."""

    checks: tuple[Check, ...]
    heard: tuple[HeardLine, ...] = ()

    @property
    def completed(self) -> bool:
        """Whether every hard rule holds."""
        return all(check.passed for check in self.checks if check.hard)
