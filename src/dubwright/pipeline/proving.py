"""The proof: the finished file is measured and heard, and every promise gets a check."""

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.fit import FitReport
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.media import Source
from dubwright.domain.quality import Check, HeardLine, QcReport
from dubwright.domain.speech import Script, SpeechMap
from dubwright.media.levels import Loudness
from dubwright.media.probe import choose_audio, probe
from dubwright.media.wav import WavRecording
from dubwright.pipeline import measuring, promises
from dubwright.pipeline.hearing import Heard, SpokenLine, start_hearing, word_error_rate
from dubwright.pipeline.listening import Listened, extract, find_speech
from dubwright.pipeline.pool import WorkPool
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
    chosen_speeds: frozenset[int] = frozenset()


def prove(
    finished: Path | None,
    heard: Listened,
    script: Script,
    takes: Takes,
    tools: Tools,
    run: Runner,
) -> QcReport:
    """Measure a dub that was just made against its source. Without a file the fit alone is judged."""
    original = Subject(heard.video, heard.source, heard.sound)
    claim = Claim(
        takes.report, dict(takes.texts), script.target_language, lines_with_chosen_speed(script)
    )
    if finished is None:
        return QcReport(checks=tuple(_fit_checks(claim, original)))
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
    with run.pool() as pool:
        hearing = _Hearing.start(dubbed, claim, tools, run, pool)
        level = pool.start(0, measuring.loudness, dubbed, tools)
        beside = _Beside.start(dubbed, original, claim, tools, run, pool)
        checks = _fit_checks(claim, dubbed)
        if beside is not None:
            checks += beside.checks(pool.result(level), pool)
        checks.append(promises.peak(pool.result(level).true_peak_dbtp))
        if hearing is not None:
            checks.append(hearing.check(pool))
        lines = hearing.lines(pool) if hearing else ()
    return QcReport(checks=tuple(checks), heard=lines)


def lines_with_chosen_speed(script: Script) -> frozenset[int]:
    """The lines whose speed a person chose."""
    return frozenset(line.id for line in script.utterances if line.speed is not None)


def _fit_checks(claim: Claim | None, video: Subject) -> list[Check]:
    if claim is None:
        return []
    return promises.fitted(claim.report, video.source.duration_ms, claim.chosen_speeds)


def spoken_lines(claim: Claim) -> list[SpokenLine]:
    """The placed lines with their texts, in order of time."""
    return [
        SpokenLine(placed, claim.texts[placed.utterance])
        for placed in claim.report.placements
        if placed.utterance in claim.texts
    ]


@dataclass(frozen=True, slots=True)
class _Hearing:
    """The dub being heard back; no windows where the recogniser lacks the language."""

    language: LanguageTag
    recogniser: str
    windows: "list[Future[Heard]] | None"

    @classmethod
    def start(
        cls, dubbed: Subject, claim: Claim | None, tools: Tools, run: Runner, pool: WorkPool
    ) -> "_Hearing | None":
        if claim is None:
            return None
        recogniser = tools.speech_to_text
        known = {base_language(tag) for tag in recogniser.languages()}
        if base_language(claim.language) not in known:
            return cls(claim.language, recogniser.name, None)
        windows = start_hearing(
            dubbed.sound, spoken_lines(claim), claim.language, recogniser, run, pool
        )
        return cls(claim.language, recogniser.name, windows)

    def check(self, pool: WorkPool) -> Check:
        if self.windows is None:
            return promises.not_understood(self.recogniser, self.language)
        return promises.understood(word_error_rate(pool.results(self.windows)))

    def lines(self, pool: WorkPool) -> tuple[HeardLine, ...]:
        heard = pool.results(self.windows or [])
        return tuple(line for window in heard for line in window.lines)


@dataclass(frozen=True, slots=True)
class _Beside:
    """The dub being compared with its source."""

    dubbed: Subject
    original: Subject
    claim: Claim | None
    same_picture: "Future[bool]"
    level: "Future[Loudness]"
    speech: "tuple[Future[SpeechMap], Future[SpeechMap]]"

    @classmethod
    def start(
        cls,
        dubbed: Subject,
        original: Subject | None,
        claim: Claim | None,
        tools: Tools,
        run: Runner,
        pool: WorkPool,
    ) -> "_Beside | None":
        if original is None:
            return None
        before, after = (
            pool.start(0, run.document, SpeechMap, find_speech, sound, tools.voice_activity)
            for sound in (original.sound, dubbed.sound)
        )
        return cls(
            dubbed,
            original,
            claim,
            pool.start(0, measuring.same_picture, dubbed, original, tools),
            pool.start(0, measuring.loudness, original, tools),
            (before, after),
        )

    def checks(self, dubbed_level: Loudness, pool: WorkPool) -> list[Check]:
        original_level = pool.result(self.level)
        checks = [
            promises.length(self.dubbed.source, self.original.source),
            promises.picture(pool.result(self.same_picture)),
            promises.loudness(original_level.integrated_lufs, dubbed_level.integrated_lufs),
        ]
        if self.claim is not None:
            placements = self.claim.report.placements
            before, after = pool.results(self.speech)
            change_db = measuring.bed_change_db(self.dubbed, self.original, before, placements)
            checks.append(promises.bed(change_db))
            checks.append(promises.in_slots(measuring.share_in_slots(after, placements)))
        return checks
