"""The worker's side of an operation on targets: each is dubbed, or brought as far as a stage."""

from collections.abc import Sequence
from datetime import UTC, datetime

from dubwright.domain.errors import Cancelled, DubError, QualityError
from dubwright.domain.glossary import Terms, lines_without_terms
from dubwright.domain.job import Failure, OperationKind
from dubwright.domain.language import LanguageTag
from dubwright.domain.merging import lines_of, merged, untranslated
from dubwright.domain.speech import Lines, Script, SpeakerId
from dubwright.jobs.assignments import Assignment, MadeArtifact, MadeTarget, Outcome, TargetWork
from dubwright.jobs.bench import Bench, as_people_know_it
from dubwright.jobs.documents import keep_document, read_document
from dubwright.jobs.given import refuse_what_lies_outside
from dubwright.jobs.packing import pack_dub, pack_file, pack_lines, pack_takes
from dubwright.jobs.receipts import Receipt, receipt_of, untouched_lines
from dubwright.jobs.take_history import Recorded, history_at, takes_to_use
from dubwright.jobs.views import views_of_dub
from dubwright.pipeline import stages
from dubwright.pipeline.dub import dub
from dubwright.pipeline.order import Order
from dubwright.pipeline.results import Dub
from dubwright.ports.object_store import ObjectStore


def perform_on_targets(assignment: Assignment, bench: Bench) -> Outcome:
    """Every target in turn. One that fails leaves the others; the first failure is reported."""
    lines = bench.lines()
    made: list[MadeTarget] = []
    for number, target in enumerate(assignment.targets):
        bench.means.reporter.begin_target(target.language, number, len(assignment.targets))
        try:
            done, lines = _perform_on_target(assignment.kind, target, lines, bench)
        except Cancelled:
            raise
        except DubError as exc:
            failure = as_people_know_it(Failure.of(exc), bench.project)
            done = MadeTarget(id=target.id, revision=target.revision, failure=failure)
        made.append(done)
    failures = [one.failure for one in made if one.failure is not None]
    return Outcome(
        source=bench.source,
        source_language=lines.language if lines else bench.project.source_language,
        lines_key=_lines_key(lines, bench),
        speakers_key=_speakers_key(made, bench),
        targets=tuple(made),
        failure=failures[0] if failures else None,
    )


def _lines_key(lines: Lines | None, bench: Bench) -> str | None:
    """The lines that were worked on: those the project has, or those that were heard now."""
    if bench.project.lines_key is not None or lines is None:
        return bench.project.lines_key
    return keep_document(bench.means.store, lines)


def _speakers_key(made: Sequence[MadeTarget], bench: Bench) -> str | None:
    """Those who were told apart on the way; None where no target came that far."""
    if all(one.failure is not None and one.script_key is None for one in made):
        return None
    speakers = stages.speakers_in(bench.sitting(bench.order(LanguageTag("und"))))
    return keep_document(bench.means.store, speakers)


def _perform_on_target(
    kind: OperationKind, target: TargetWork, lines: Lines | None, bench: Bench
) -> tuple[MadeTarget, Lines]:
    order = _order_of(target, lines, bench)
    sitting = bench.sitting(order)
    match kind:
        case "translate":
            script = stages.translated(sitting)
            made = _made(target, script, bench)
        case "synthesize" | "fit":
            spoken = stages.spoken(sitting)
            script = spoken.script
            packed = pack_lines(
                bench.means.store, script, spoken.takes.report, end_ms=bench.source.duration_ms
            )
            recorded = Recorded(script, spoken.takes.asked, spoken.takes.recorded, _engine(bench))
            made = _made(target, script, bench).model_copy(
                update={
                    "artifacts": (*packed, _takes(target, recorded, bench)),
                    "fit": spoken.takes.report,
                }
            )
        case "mix":
            track, mixed = stages.mixed(sitting)
            script = mixed.script
            packed_track = pack_file(bench.means.store, f"dub{track.suffix}", track)
            made = _made(target, script, bench).model_copy(update={"artifacts": (packed_track,)})
        case _:
            finished = dub(bench.video, bench.source, order, bench.tools, bench.run)
            script = finished.script
            made = _finished(target, finished, order, bench)
    _tell_lost_terms(script, target.glossary, bench)
    return made, lines or lines_of(script)


def _tell_lost_terms(script: Script, terms: Terms, bench: Bench) -> None:
    """Lines are named by number: what is said in them stays out of the log."""
    lines = lines_without_terms(script.utterances, terms)
    if lines:
        numbers = ", ".join(map(str, lines))
        bench.means.reporter.log(f"terms of the glossary are not in lines {numbers}")


def _order_of(target: TargetWork, lines: Lines | None, bench: Bench) -> Order:
    script = _script_of(target, lines, bench.means.store)
    order = bench.order(target.language).model_copy(
        update={"voices": _voices(target, script, bench), "glossary": target.glossary}
    )
    if script is None:
        return order
    refuse_what_lies_outside(order, script, bench.source.duration_ms)
    edited: dict[str, object] = {"edited": script, "source_language": script.source_language}
    if target.receipt_key is not None:
        receipt = read_document(bench.means.store, Receipt, target.receipt_key)
        untouched = untouched_lines(receipt, script)
        takes = history_at(bench.means.store, target.takes_key)
        again = takes_to_use(takes, script, but_for=untouched, engine=_engine(bench))
        edited |= {
            "pinned": untouched | again,
            "retaken": frozenset(again),
            "earlier": receipt.decided,
        }
    return order.model_copy(update=edited)


def _voices(target: TargetWork, script: Script | None, bench: Bench) -> dict[SpeakerId, str]:
    """The voices that were chosen, but for speakers whom a person added and who say nothing."""
    speaking = {line.speaker for line in script.utterances} if script else set()
    absent = bench.project.added_speakers - speaking
    return {speaker: voice for speaker, voice in target.voices.items() if speaker not in absent}


def _script_of(target: TargetWork, lines: Lines | None, store: ObjectStore) -> Script | None:
    if target.script_key is None:
        return untranslated(lines, target.language) if lines else None
    script = read_document(store, Script, target.script_key)
    return merged(lines, script) if lines else script


def _made(target: TargetWork, script: Script, bench: Bench) -> MadeTarget:
    key = keep_document(bench.means.store, script)
    return MadeTarget(id=target.id, revision=target.revision, script_key=key)


def _finished(target: TargetWork, made: Dub, order: Order, bench: Bench) -> MadeTarget:
    store = bench.means.store
    receipt = receipt_of(made, edited=order.edited is not None)
    recorded = Recorded(made.script, made.asked, made.recorded, _engine(bench))
    holds = made.video is not None and made.quality.completed
    return _made(target, made.script, bench).model_copy(
        update={
            "receipt_key": keep_document(store, receipt),
            "fit": made.fit,
            "finished": holds,
            "artifacts": (
                _takes(target, recorded, bench),
                *views_of_dub(bench, order, made),
                *pack_dub(store, made),
            ),
            "failure": None if holds else _broken_rules(made),
        }
    )


def _takes(target: TargetWork, recorded: Recorded, bench: Bench) -> MadeArtifact:
    before = history_at(bench.means.store, target.takes_key)
    return pack_takes(bench.workspace, recorded, before, datetime.now(UTC))


def _engine(bench: Bench) -> str:
    """Who speaks, in the version and with the options that make a difference."""
    return bench.tools.text_to_speech.fingerprint


def _broken_rules(made: Dub) -> Failure:
    broken = [check.name for check in made.quality.checks if check.hard and not check.passed]
    return Failure.of(
        QualityError(
            f"the dub breaks a hard rule: {', '.join(broken) or 'a line does not fit'}",
            hint="`qc.json` and `fit.json` of the target name the lines; shorten their text",
        )
    )
