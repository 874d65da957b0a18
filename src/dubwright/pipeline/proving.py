"""The proof: the finished file is measured and heard, and every promise gets a check."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import islice
from pathlib import Path

from dubwright.domain.media import Source
from dubwright.domain.quality import QcReport
from dubwright.domain.timeline import Document
from dubwright.media.aac import adts_packets, payload
from dubwright.media.extract import TrackRecording
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import Loudness
from dubwright.media.mux import holds_priming
from dubwright.media.packets import picture_digest, track_digests
from dubwright.media.probe import choose_audio, probe
from dubwright.media.wav import WavRecording
from dubwright.pipeline import measuring, promises
from dubwright.pipeline.claim import Claim, claim_of
from dubwright.pipeline.examining import Hearing, examine, examined, fit_checks
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.mastering import Mastered
from dubwright.pipeline.mixing import Finished
from dubwright.pipeline.order import Bed
from dubwright.pipeline.playback import speech_in
from dubwright.pipeline.runner import stage
from dubwright.pipeline.spoken import Spoken
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.subject import Subject, subject
from dubwright.ports import Recording

_DECODED_WHOLE_MS = 180_000


class Digest(Document):
    """What stands for the packets of a track."""

    sha256: str


class TrackPackets(Document):
    """The digests of all packets of the picture and of the first sound track."""

    picture: str
    sound: str


def prove(finished: Finished | None, spoken: Spoken, studio: Studio) -> QcReport:
    """Measure a dub that was just made against its source. Without a file the fit alone is judged.

    What was encoded in blocks is measured and heard block by block, and the finished file is shown
    to hold exactly their packets, in step.
    """
    claim = claim_of(spoken, finished.bed if finished else Bed())
    if finished is None:
        return QcReport(checks=tuple(fit_checks(claim, spoken.heard.source.duration_ms)))
    original = _heard_source(spoken.heard, finished, studio)
    if finished.mastered is not None:
        return _prove_blocks(finished.video, finished.mastered, original, claim, spoken, studio)
    dubbed = subject(studio.pool.result(finished.video), studio.tools, studio.run)
    in_step = promises.in_step(measuring.offsets_ms(dubbed.sound, spoken.takes))
    report = examine(dubbed, original, claim, studio.tools, studio.run)
    return report.model_copy(update={"checks": (*report.checks, in_step)})


def _heard_source(heard: Listened, finished: Finished, studio: Studio) -> Subject:
    return Subject(
        heard.source,
        WavRecording(heard.sound),
        loudness=lambda: Loudness(finished.source_lufs, None),
        speech=lambda: heard.speech,
        picture=lambda: (
            studio.run.document(
                Digest,
                digest_picture,
                heard.source,
                video=heard.video,
                ffmpeg=studio.tools.ffmpeg,
            ).sha256
        ),
    )


def _prove_blocks(
    joined: "Future[Path]",
    mastered: Mastered,
    original: Subject,
    claim: Claim,
    spoken: Spoken,
    studio: Studio,
) -> QcReport:
    """Hear the blocks while the file is still being joined, then look into the file."""
    tools, run, pool = studio.tools, studio.run, studio.pool
    sound = mastered.playback.recording
    hearing = Hearing.start(sound, claim, studio)
    speech = pool.start(0, speech_in, mastered.playback, tools.voice_activity, run)
    video = pool.result(joined)
    source = run.document(Source, probe_finished, video)
    packets = pool.start(
        0, run.document, TrackPackets, digest_tracks, source, video=video, ffmpeg=tools.ffmpeg
    )
    expected = pool.start(0, _blocks_digest, mastered.blocks, source)
    track = _readable(TrackRecording(video, source, choose_audio(source)[0], tools.ffmpeg))
    offsets = [
        pool.start(0, measuring.offset_ms, track, placed, take)
        for placed, take in measuring.lines_to_find(spoken.takes)
    ]
    dubbed = Subject(
        source,
        sound,
        loudness=lambda: mastered.playback.loudness,
        speech=lambda: pool.result(speech),
        picture=lambda: pool.result(packets).picture,
    )
    report = examined(dubbed, original, claim, hearing, pool)
    proofs = (
        promises.sound(pool.result(expected) == pool.result(packets).sound),
        promises.in_step([offset for offset in pool.results(offsets) if offset is not None]),
    )
    return report.model_copy(update={"checks": (*report.checks, *proofs)})


def _readable(track: TrackRecording) -> Recording:
    """A short track is decoded whole: a program for each place would take longer to start."""
    return track.decoded() if track.duration_ms <= _DECODED_WHOLE_MS else track


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
