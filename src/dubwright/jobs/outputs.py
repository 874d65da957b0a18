"""What the newest output of a target tells of its lines: how they were spoken, placed and heard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact, Target
from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.language import LanguageTag
from dubwright.domain.looking import Evidence
from dubwright.domain.quality import HeardLine, QcReport
from dubwright.domain.speech import Script, Utterance
from dubwright.domain.timeline import Document
from dubwright.jobs.receipts import Receipt, speaks_the_same
from dubwright.jobs.service import Service
from dubwright.pipeline.mishearing import is_misheard
from dubwright.pipeline.order import Pin

D = TypeVar("D", bound=Document)


@dataclass(frozen=True, slots=True)
class LastOutput:
    """The lines of the newest dub and of the newest fit, each as they were then, by number."""

    language: LanguageTag
    voices: Mapping[str, str]
    spoken: Mapping[int, Utterance]
    pins: Mapping[int, Pin]
    heard: Mapping[int, HeardLine]
    fitted: Mapping[int, Utterance]
    placed: Mapping[int, Placement]

    def is_stale(self, line: Utterance) -> bool:
        """Whether the dub speaks a line differently, in another voice, or not at all."""
        if not speaks_the_same(self.spoken.get(line.id), line):
            return True
        pin = self.pins.get(line.id)
        voice = line.voice or self.voices.get(line.speaker)
        return pin is not None and voice not in (None, pin.voice)

    def evidence(self, line: Utterance, slot_ms: int) -> Evidence:
        """What is known of a line. What was found before it was edited counts no more."""
        is_placed = speaks_the_same(self.fitted.get(line.id), line)
        return Evidence(
            slot_ms=slot_ms,
            placement=self.placed.get(line.id) if is_placed else None,
            misheard=None if self.is_stale(line) else self._misheard(line.id),
        )

    def _misheard(self, line_id: int) -> str | None:
        heard = self.heard.get(line_id)
        return heard.heard if heard and is_misheard(heard, self.language) else None


def spoken_before(service: Service, target: Target) -> Receipt | None:
    """How the finished dub was spoken; None before there is one."""
    if target.receipt_key is None:
        return None
    return service.read_document(Receipt, target.receipt_key)


def last_output(service: Service, session: Session, target: Target) -> LastOutput:
    """What there is of it; nothing before the first."""
    receipt = spoken_before(service, target)
    fitted = _artifact(service, session, target, "script.json", Script)
    report = _artifact(service, session, target, "fit.json", FitReport)
    quality = _artifact(service, session, target, "qc.json", QcReport)
    return LastOutput(
        language=LanguageTag(target.language),
        voices=target.voices,
        spoken=_by_number(receipt.script if receipt else None),
        pins=receipt.spoken if receipt else {},
        heard={line.utterance: line for line in quality.heard} if quality else {},
        fitted=_by_number(fitted),
        placed={placed.utterance: placed for placed in report.placements} if report else {},
    )


def _artifact(
    service: Service, session: Session, target: Target, name: str, kind: type[D]
) -> D | None:
    wanted = (Artifact.target_id == target.id, Artifact.name == name)
    key = session.scalar(select(Artifact.object_key).where(*wanted))
    return None if key is None else service.read_document(kind, key)


def _by_number(script: Script | None) -> dict[int, Utterance]:
    return {line.id: line for line in script.utterances} if script else {}
