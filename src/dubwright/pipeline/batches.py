"""Recognising long recordings in batches, which go on when whoever submitted them is gone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from dubwright.domain.chunking import recognition_chunks
from dubwright.domain.coverage import holes_in
from dubwright.domain.dividing import divided, joined, said_between
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import SpeechMap, Transcript
from dubwright.domain.timeline import Document, TimeSpan
from dubwright.media.wav import Excerpt, WavRecording
from dubwright.pipeline.chunks import shifted, transcribe_chunk
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.submissions import NotTaken, SubmittedBatch, collected
from dubwright.ports import BatchSpeechToText, SpeechToText

log = structlog.get_logger()

_WORTH_MS = 60_000
"""Less speech than this is recognised sooner in clips."""

_CLIP_MS = 28_000


class HeardChunks(Document):
    """What was said in each chunk of a batch, in order."""

    chunks: tuple[Transcript, ...]


@dataclass(frozen=True, slots=True)
class LongSound:
    """A recording with its speech, and who recognises it."""

    sound: Path
    speech: SpeechMap
    language: LanguageTag
    recogniser: BatchSpeechToText


def batch_recogniser(recogniser: SpeechToText, speech: SpeechMap) -> BatchSpeechToText | None:
    """The recogniser, if it takes batches and there is enough speech for one."""
    spoken_ms = sum(span.duration_ms for span in speech.spans)
    if spoken_ms <= _WORTH_MS or not isinstance(recogniser, BatchSpeechToText):
        return None
    return recogniser if recogniser.longest_batch_ms > 0 else None


def start_batches(
    long: LongSound, chunks: Sequence[TimeSpan], studio: Studio
) -> Iterator[Transcript]:
    """Start all batches at once; one transcript for each chunk, in order, as they are ready."""
    studio.run.tally.expect("transcribe", len(chunks))
    waiting = [
        studio.pool.start_with(
            long.recogniser, group[0].start_ms, _recognised, long, group, studio.run
        )
        for group in _grouped(chunks, long.recogniser.longest_batch_ms)
    ]
    return (
        _counted(transcript, studio.run)
        for future in waiting
        for transcript in studio.pool.result(future).chunks
    )


@stage(version=1)
def transcribe_batch(
    sound: Path,
    chunks: Sequence[TimeSpan],
    language: LanguageTag,
    recogniser: BatchSpeechToText,
    *,
    speech: SpeechMap,
    run: Runner,
) -> HeardChunks:
    """What is said in neighbouring chunks, with times from the start of the source.

    Where the batch is not taken or refused, its chunks are recognised one by one, which other
    engines can do too. One that cannot be collected for the moment is paid for: that is an error.
    """
    long = LongSound(sound, speech, language, recogniser)
    piece = TimeSpan(start_ms=chunks[0].start_ms, end_ms=chunks[-1].end_ms)
    heard = _collected(long, piece, run)
    if isinstance(heard, NotTaken):
        return HeardChunks(chunks=tuple(_heard_alone(long, chunk, run) for chunk in chunks))
    found = [divided(one, chunks) for one in (heard, *_missing(heard, long, piece, run))]
    return HeardChunks(chunks=tuple(map(joined, zip(*found, strict=True))))


@stage(version=1)
def submit_batch(
    sound: Path,
    piece: TimeSpan,
    language: LanguageTag,
    attempt: int,
    recogniser: BatchSpeechToText,
    *,
    mark: str,
) -> SubmittedBatch:
    """Hand a piece of the recording over. `attempt` tells a repeated submission from the first."""
    excerpt = Excerpt(WavRecording(sound), piece)
    return SubmittedBatch(batch=recogniser.submit_batch(excerpt, language=language), run=mark)


@stage(version=1)
def collect_batch(
    submitted: SubmittedBatch,
    piece: TimeSpan,
    language: LanguageTag,
    recogniser: BatchSpeechToText,
    *,
    is_cancelled: Callable[[], bool],
) -> Transcript:
    """Wait for a batch; its words with times from the start of the source."""
    heard = recogniser.collect_batch(submitted.batch, is_cancelled=is_cancelled)
    return shifted(heard.model_copy(update={"language": language}), piece)


@stage(version=1)
def hear_piece(
    sound: Path, piece: TimeSpan, language: LanguageTag, recogniser: BatchSpeechToText
) -> Transcript:
    """What is said in a short piece, with times from the start of the source."""
    return transcribe_chunk(WavRecording(sound), piece, language, recogniser)


def _recognised(long: LongSound, chunks: Sequence[TimeSpan], run: Runner) -> HeardChunks:
    return run.document(
        HeardChunks,
        transcribe_batch,
        long.sound,
        chunks,
        long.language,
        long.recogniser,
        speech=long.speech,
        run=run,
    )


def _collected(long: LongSound, piece: TimeSpan, run: Runner) -> Transcript | NotTaken:
    return collected(
        lambda attempt, mark: _submitted(long, piece, attempt, mark=mark, run=run),
        lambda submitted: run.document(
            Transcript,
            collect_batch,
            submitted,
            piece,
            long.language,
            long.recogniser,
            is_cancelled=run.is_cancelled,
        ),
    )


def _submitted(
    long: LongSound, piece: TimeSpan, attempt: int, *, mark: str, run: Runner
) -> SubmittedBatch:
    return run.document(
        SubmittedBatch,
        submit_batch,
        long.sound,
        piece,
        long.language,
        attempt,
        long.recogniser,
        mark=mark,
    )


def _missing(
    heard: Transcript, long: LongSound, piece: TimeSpan, run: Runner
) -> Iterator[Transcript]:
    """What was said where the batch has speech without words."""
    words = [word for segment in heard.segments for word in segment.words]
    holes = holes_in(long.speech, words, piece)
    found_words = 0
    for hole in holes:
        for chunk in recognition_chunks(hole, first_ms=_CLIP_MS):
            heard_alone = _heard_alone(long, chunk, run)
            # The words round the hole are known.
            found = said_between(heard_alone, hole.spans[0].start_ms, hole.spans[-1].end_ms)
            found_words += sum(len(segment.words) for segment in found.segments)
            yield found
    if holes:
        log.info("transcript.holes_filled", holes=len(holes), words=found_words)


def _heard_alone(long: LongSound, chunk: TimeSpan, run: Runner) -> Transcript:
    return run.document(Transcript, hear_piece, long.sound, chunk, long.language, long.recogniser)


def _grouped(chunks: Sequence[TimeSpan], longest_ms: int) -> Iterator[tuple[TimeSpan, ...]]:
    """Neighbouring chunks, as many as fit into one batch."""
    group: list[TimeSpan] = []
    for chunk in chunks:
        if group and chunk.end_ms - group[0].start_ms > longest_ms:
            yield tuple(group)
            group = []
        group.append(chunk)
    if group:
        yield tuple(group)


def _counted(transcript: Transcript, run: Runner) -> Transcript:
    run.tally.advance("transcribe")
    return transcript
