"""The proof: the finished file is measured and heard, and every promise gets a check."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dubwright.domain.fit import FitReport
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.media import Source
from dubwright.domain.quality import Check, HeardLine, QcReport
from dubwright.domain.speech import Script, SpeechMap
from dubwright.domain.timeline import Document
from dubwright.media.aac import adts_packets, payload
from dubwright.media.extract import TrackRecording
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import Loudness, measure_track
from dubwright.media.mux import holds_priming
from dubwright.media.packets import picture_digest, track_digests
from dubwright.media.probe import choose_audio, probe
from dubwright.media.wav import WavRecording
from dubwright.pipeline import measuring, promises
from dubwright.pipeline.hearing import Heard, SpokenLine, start_hearing, word_error_rate
from dubwright.pipeline.listening import Listened, extract, find_speech
from dubwright.pipeline.mastering import Mastered
from dubwright.pipeline.mixing import Finished
from dubwright.pipeline.playback import speech_in
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.settling import Takes
from dubwright.pipeline.tools import Tools
from dubwright.ports import Recording


@dataclass(frozen=True, slots=True)
class Subject:
    """A video under test: what it holds, and its first sound track as 16 kHz mono.

    The measurements are taken when they are asked for.
    """

    source: Source
    sound: Recording
    loudness: Callable[[], Loudness]
    speech: Callable[[], SpeechMap]
    picture: Callable[[], str]


class Digest(Document):
    """What stands for the packets of a track."""

    sha256: str


class TrackPackets(Document):
    """The digests of all packets of the picture and of the first sound track."""

    picture: str
    sound: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a dub says of itself: where each line is, what it says and where its take lies."""

    report: FitReport
    texts: dict[int, str]
    language: LanguageTag
    chosen_speeds: frozenset[int] = frozenset()


def prove(
    finished: Finished | None,
    heard: Listened,
    script: Script,
    takes: Takes,
    tools: Tools,
    run: Runner,
    pool: WorkPool,
) -> QcReport:
    """Measure a dub that was just made against its source. Without a file the fit alone is judged.

    What was encoded in blocks is measured and heard block by block, and the finished file is shown
    to hold exactly their packets, in step.
    """
    claim = Claim(
        takes.report, dict(takes.texts), script.target_language, lines_with_chosen_speed(script)
    )
    if finished is None:
        return QcReport(checks=tuple(_fit_checks(claim, heard.source.duration_ms)))
    original = _heard_source(heard, finished, tools, run)
    if finished.mastered is None:
        dubbed = subject(pool.result(finished.video), tools, run)
        in_step = promises.in_step(measuring.offsets_ms(dubbed.sound, takes))
        report = examine(dubbed, original, claim, tools, run)
        return report.model_copy(update={"checks": (*report.checks, in_step)})
    return _prove_blocks(finished, finished.mastered, original, claim, takes, tools, run, pool)


def _heard_source(heard: Listened, finished: Finished, tools: Tools, run: Runner) -> Subject:
    return Subject(
        heard.source,
        WavRecording(heard.sound),
        loudness=lambda: Loudness(finished.source_lufs, 0.0, None),
        speech=lambda: heard.speech,
        picture=lambda: (
            run.document(
                Digest, digest_picture, heard.source, video=heard.video, ffmpeg=tools.ffmpeg
            ).sha256
        ),
    )


def _prove_blocks(
    finished: Finished,
    mastered: Mastered,
    original: Subject,
    claim: Claim,
    takes: Takes,
    tools: Tools,
    run: Runner,
    pool: WorkPool,
) -> QcReport:
    """Hear the blocks while the file is still being joined, then look into the file."""
    sound = mastered.playback.recording
    hearing = _Hearing.start(sound, claim, tools, run, pool)
    speech = pool.start(0, speech_in, mastered.playback, tools.voice_activity, run)
    video = pool.result(finished.video)
    source = run.document(Source, probe_finished, video)
    packets = pool.start(
        0, run.document, TrackPackets, digest_tracks, source, video=video, ffmpeg=tools.ffmpeg
    )
    track = TrackRecording(video, source, choose_audio(source)[0], tools.ffmpeg)
    offsets = [
        pool.start(0, measuring.offset_ms, track, placed, take)
        for placed, take in measuring.lines_to_find(takes)
    ]
    expected = pool.start(0, _blocks_digest, mastered.blocks, source)
    dubbed = Subject(
        source,
        sound,
        loudness=lambda: mastered.playback.loudness,
        speech=lambda: pool.result(speech),
        picture=lambda: pool.result(packets).picture,
    )
    report = _examined(dubbed, original, claim, hearing, pool)
    proofs = (
        promises.sound(pool.result(expected) == pool.result(packets).sound),
        promises.in_step([offset for offset in pool.results(offsets) if offset is not None]),
    )
    return report.model_copy(update={"checks": (*report.checks, *proofs)})


@stage(version=1)
def probe_finished(video: Path) -> Source:
    """The finished file as it is probed."""
    return probe(video)


@stage(version=1)
def digest_picture(source: Source, *, video: Path, ffmpeg: Ffmpeg) -> Digest:
    """The packets of a picture."""
    return Digest(sha256=picture_digest(video, source, ffmpeg=ffmpeg))


@stage(version=1)
def digest_tracks(source: Source, *, video: Path, ffmpeg: Ffmpeg) -> TrackPackets:
    """The packets of the picture and of the first sound track."""
    tracks = [source.video.index, choose_audio(source)[0].index]
    picture, sound = track_digests(video, source, tracks, ffmpeg=ffmpeg)
    return TrackPackets(picture=picture, sound=sound)


def _blocks_digest(blocks: Sequence[Path], source: Source) -> str:
    """The digest of the packets of all blocks, as the container carries them."""
    digest = hashlib.sha256()
    skipped = 0 if holds_priming(source.container) else 1
    for block in blocks:
        packets = adts_packets(block.read_bytes())
        digest.update(b"".join(payload(packet) for packet in islice(packets, skipped, None)))
        skipped = 0
    return digest.hexdigest()


def subject(video: Path, tools: Tools, run: Runner) -> Subject:
    """Probe a video and take its first sound track out."""
    source, ffmpeg = probe(video), tools.ffmpeg
    track = choose_audio(source)[0]
    sound = run.file(
        ".wav",
        extract,
        source,
        track,
        video=video,
        ffmpeg=ffmpeg,
        is_cancelled=run.is_cancelled,
    )
    return Subject(
        source,
        WavRecording(sound),
        loudness=lambda: measure_track(video, source, track, ffmpeg=ffmpeg),
        speech=lambda: run.document(SpeechMap, find_speech, sound, tools.voice_activity),
        picture=lambda: picture_digest(video, source, ffmpeg=ffmpeg),
    )


def examine(
    dubbed: Subject, original: Subject | None, claim: Claim | None, tools: Tools, run: Runner
) -> QcReport:
    """Every check that what is at hand allows: the file alone, its source, its fit and script."""
    with run.pool() as pool:
        hearing = _Hearing.start(dubbed.sound, claim, tools, run, pool)
        return _examined(dubbed, original, claim, hearing, pool)


def _examined(
    dubbed: Subject,
    original: Subject | None,
    claim: Claim | None,
    hearing: "_Hearing | None",
    pool: WorkPool,
) -> QcReport:
    level = pool.start(0, dubbed.loudness)
    beside = _Beside.start(dubbed, original, claim, pool)
    checks = _fit_checks(claim, dubbed.source.duration_ms)
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


def _fit_checks(claim: Claim | None, duration_ms: int) -> list[Check]:
    if claim is None:
        return []
    return promises.fitted(claim.report, duration_ms, claim.chosen_speeds)


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
        cls, sound: Recording, claim: Claim | None, tools: Tools, run: Runner, pool: WorkPool
    ) -> "_Hearing | None":
        if claim is None:
            return None
        recogniser = tools.speech_to_text
        known = {base_language(tag) for tag in recogniser.languages()}
        if base_language(claim.language) not in known:
            return cls(claim.language, recogniser.name, None)
        windows = start_hearing(sound, spoken_lines(claim), claim.language, recogniser, run, pool)
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
            change_db = measuring.bed_change_db(self.dubbed, self.original, spoken, placements)
            checks.append(promises.bed(change_db))
            checks.append(promises.in_slots(measuring.share_in_slots(dubbed, placements)))
        return checks
