"""The proof: the finished file is measured and heard, and every promise gets a check."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.media import Source
from dubwright.domain.quality import Check, QcReport
from dubwright.domain.speech import Script, SpeechMap
from dubwright.media.probe import choose_audio, probe
from dubwright.media.wav import WavRecording
from dubwright.pipeline import hearing, measuring, promises
from dubwright.pipeline.listening import Listened, extract, find_speech
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.settling import Takes
from dubwright.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class Subject:
    """A video under test: the file, what it holds and its first sound track as 16 kHz mono."""

    video: Path
    source: Source
    sound: Path


@dataclass(frozen=True, slots=True)
class Claim:
    """What a dub says of itself: where each line is, what it says and where its take lies."""

    report: FitReport
    texts: dict[int, str]
    language: LanguageTag
    kept: tuple[Placement, ...] = ()


def prove(
    finished: Path, heard: Listened, script: Script, takes: Takes, tools: Tools, run: Runner
) -> QcReport:
    """Measure a dub that was just made against its source."""
    original = Subject(heard.video, heard.source, heard.sound)
    claim = Claim(takes.report, dict(takes.texts), script.target_language)
    dubbed = subject(finished, tools, run)
    drift = measuring.offsets_ms(WavRecording(dubbed.sound), takes)
    report = examine(dubbed, original, claim, tools, run)
    return report.model_copy(update={"checks": (*report.checks, promises.in_step(drift))})


def subject(video: Path, tools: Tools, run: Runner) -> Subject:
    """Probe a finished video and take its first sound track out."""
    source = probe(video)
    track = choose_audio(source)[0]
    sound = run.file(
        ".wav",
        extract,
        source,
        track,
        video=video,
        ffmpeg=tools.ffmpeg,
        is_cancelled=run.is_cancelled,
    )
    return Subject(video, source, sound)


def examine(
    dubbed: Subject, original: Subject | None, claim: Claim | None, tools: Tools, run: Runner
) -> QcReport:
    """Every check that what is at hand allows: the file alone, its source, its fit and script."""
    checks: list[Check] = []
    lines: tuple[hearing.Heard, ...] = ()
    if claim is not None:
        checks += promises.fitted(claim.report, dubbed.source.duration_ms)
    if original is not None:
        checks += _beside_the_original(dubbed, original, claim, tools, run)
    checks.append(promises.peak(measuring.loudness(dubbed, tools).true_peak_dbtp))
    if claim is not None:
        lines, understood = _heard_back(dubbed, claim, tools, run)
        checks.append(understood)
    return QcReport(checks=tuple(checks), heard=tuple(h for window in lines for h in window.lines))


def spoken_lines(claim: Claim) -> list[hearing.SpokenLine]:
    """The placed lines with their texts, in order of time."""
    return [
        hearing.SpokenLine(placed, claim.texts[placed.utterance])
        for placed in claim.report.placements
        if placed.utterance in claim.texts
    ]


def _heard_back(
    dubbed: Subject, claim: Claim, tools: Tools, run: Runner
) -> tuple[tuple[hearing.Heard, ...], Check]:
    recogniser = tools.speech_to_text
    known = {base_language(tag) for tag in recogniser.languages()}
    if base_language(claim.language) not in known:
        return (), promises.not_understood(recogniser.name, claim.language)
    lines = hearing.hear_dub(dubbed.sound, spoken_lines(claim), claim.language, recogniser, run)
    return lines, promises.understood(hearing.word_error_rate(lines))


def _beside_the_original(
    dubbed: Subject, original: Subject, claim: Claim | None, tools: Tools, run: Runner
) -> list[Check]:
    same = measuring.same_picture(dubbed, original, tools)
    before, after = measuring.loudness(original, tools), measuring.loudness(dubbed, tools)
    checks = [
        promises.length(dubbed.source, original.source),
        promises.picture(same),
        promises.loudness(before.integrated_lufs, after.integrated_lufs),
    ]
    if claim is not None:
        placements: Sequence[Placement] = claim.report.placements
        speech = run.document(SpeechMap, find_speech, original.sound, tools.voice_activity)
        dub_speech = run.document(SpeechMap, find_speech, dubbed.sound, tools.voice_activity)
        checks.append(promises.bed(measuring.bed_change_db(dubbed, original, speech, placements)))
        checks.append(promises.in_slots(measuring.share_in_slots(dub_speech, placements)))
    return checks
