"""The examination of a video: every check that what is at hand allows."""

from concurrent.futures import Future
from dataclasses import dataclass

from dubwright.domain.language import base_language
from dubwright.domain.quality import Check, HeardLine, QcReport
from dubwright.domain.speech import SpeechMap
from dubwright.media.levels import Loudness
from dubwright.pipeline import measuring, promises
from dubwright.pipeline.claim import Claim, spoken_lines
from dubwright.pipeline.hearing import Heard, start_hearing, word_error_rate
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.subject import Subject
from dubwright.pipeline.tools import Tools
from dubwright.ports import Recording


@dataclass(frozen=True, slots=True)
class Hearing:
    """The dub being heard back; no windows where nobody can, as `obstacle` says."""

    windows: "tuple[Future[Heard], ...]" = ()
    obstacle: str = ""

    @classmethod
    def start(cls, sound: Recording, claim: Claim | None, studio: Studio) -> "Hearing | None":
        """Start recognising the sound; nothing without a claim of what is said in it."""
        if claim is None:
            return None
        checker = studio.tools.checker
        if claim.bed.voice_over:
            return cls(obstacle=promises.TWO_VOICES)
        if checker is None:
            return cls(obstacle="no recogniser is installed whose calls are free")
        known = {base_language(tag) for tag in checker.languages()}
        if base_language(claim.language) not in known:
            return cls(obstacle=f"{checker.name} does not understand {claim.language}")
        windows = start_hearing(
            sound, spoken_lines(claim), claim.language, checker, studio.run, studio.pool
        )
        return cls(tuple(windows))

    def check(self, pool: WorkPool) -> Check:
        """Whether it is understood."""
        if self.obstacle:
            return promises.not_heard(self.obstacle)
        return promises.understood(word_error_rate(pool.results(self.windows)))

    def lines(self, pool: WorkPool) -> tuple[HeardLine, ...]:
        """Each line beside what was heard of it."""
        heard = pool.results(self.windows)
        return tuple(line for window in heard for line in window.lines)


def examine(
    dubbed: Subject, original: Subject | None, claim: Claim | None, tools: Tools, run: Runner
) -> QcReport:
    """Every check that what is at hand allows: the file alone, its source, its fit and script."""
    with run.pool() as pool:
        hearing = Hearing.start(dubbed.sound, claim, Studio(tools, run, pool))
        return examined(dubbed, original, claim, hearing, pool)


def examined(
    dubbed: Subject,
    original: Subject | None,
    claim: Claim | None,
    hearing: Hearing | None,
    pool: WorkPool,
) -> QcReport:
    """Every check, while the dub is being heard back."""
    level = pool.start(0, dubbed.loudness)
    beside = _Beside.start(dubbed, original, claim, pool)
    checks = fit_checks(claim, dubbed.source.duration_ms)
    if beside is not None:
        checks += beside.checks(pool.result(level), pool)
    checks.append(promises.peak(pool.result(level).true_peak_dbtp))
    if hearing is not None:
        checks.append(hearing.check(pool))
    lines = hearing.lines(pool) if hearing else ()
    return QcReport(checks=tuple(checks), heard=lines)


def fit_checks(claim: Claim | None, duration_ms: int) -> list[Check]:
    """The checks that need no file."""
    if claim is None:
        return []
    fitted = promises.fitted(claim.report, duration_ms, claim.chosen_speeds)
    return [*fitted, promises.as_set(claim.fallbacks)]


@dataclass(frozen=True, slots=True)
class _Beside:
    """The dub being compared with its source."""

    dubbed: Subject
    original: Subject
    claim: Claim | None
    pictures: "tuple[Future[str], Future[str]]"
    level: "Future[Loudness]"
    speech: "tuple[Future[SpeechMap], Future[SpeechMap]]"

    @classmethod
    def start(
        cls, dubbed: Subject, original: Subject | None, claim: Claim | None, pool: WorkPool
    ) -> "_Beside | None":
        if original is None:
            return None
        return cls(
            dubbed,
            original,
            claim,
            (pool.start(0, original.picture), pool.start(0, dubbed.picture)),
            pool.start(0, original.loudness),
            (pool.start(0, original.speech), pool.start(0, dubbed.speech)),
        )

    def checks(self, dubbed_level: Loudness, pool: WorkPool) -> list[Check]:
        original_level = pool.result(self.level)
        before, after = pool.results(self.pictures)
        same_picture = before == after
        checks = [
            promises.length(self.dubbed.source, self.original.source),
            promises.picture(same_picture),
            promises.loudness(original_level.integrated_lufs, dubbed_level.integrated_lufs),
        ]
        if self.claim is not None:
            placements = self.claim.report.placements
            spoken, dubbed = pool.results(self.speech)
            bed = self.claim.bed
            change_db = measuring.bed_change_db(
                self.dubbed, self.original, spoken, placements, chosen_db=bed.background_db
            )
            checks.append(promises.bed(change_db, chosen_db=bed.background_db))
            share = None if bed.voice_over else measuring.share_in_slots(dubbed, placements)
            checks.append(promises.in_slots(share, voice_over=bed.voice_over))
        return checks
