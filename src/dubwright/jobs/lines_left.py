"""Which lines of a target are still to be translated and spoken."""

from collections.abc import Mapping
from dataclasses import dataclass

from dubwright.db.tables import Project, Target
from dubwright.domain.merging import merged
from dubwright.domain.speech import Lines, Script, Utterance
from dubwright.jobs.outputs import spoken_before
from dubwright.jobs.receipts import Receipt
from dubwright.jobs.service import Service
from dubwright.jobs.shown import is_stale, lines_are_newer


@dataclass(frozen=True, slots=True)
class LinesLeft:
    """The lines to translate and the lines to speak, of all lines."""

    to_translate: tuple[Utterance, ...]
    to_speak: tuple[Utterance, ...]
    of_all: int


def lines_left(
    service: Service, project: Project, target: Target, heard: Lines | None
) -> LinesLeft | None:
    """What a run would translate and speak; None where nobody knows yet what is said."""
    if target.script_key is None:
        lines = heard.utterances if heard else ()
        return LinesLeft(lines, lines, len(lines)) if heard else None
    script = service.read_document(Script, target.script_key)
    if target.output_revision and not is_stale(project, target):
        return LinesLeft((), (), len(script.utterances))
    if heard and lines_are_newer(project, target):
        script = merged(heard, script)
    coming = script.utterances
    spoken = _spoken_in(spoken_before(service, target), target.voices)
    return LinesLeft(
        to_translate=tuple(line for line in coming if not line.target_text.strip()),
        to_speak=tuple(
            line for line in coming if not line.keep_original and spoken.get(line.id) != line
        ),
        of_all=len(coming),
    )


def _spoken_in(receipt: Receipt | None, voices: Mapping[str, str]) -> dict[int, Utterance]:
    """The lines of the last output whose speakers still have the voice that spoke them."""
    if receipt is None:
        return {}
    pins = receipt.spoken
    return {
        line.id: line
        for line in receipt.script.utterances
        if line.id in pins and voices.get(line.speaker, pins[line.id].voice) == pins[line.id].voice
    }
