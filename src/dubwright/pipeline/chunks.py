"""Hearing one chunk of a recording."""

from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Transcript
from dubwright.domain.timeline import TimeSpan
from dubwright.ports import Recording, SpeechToText


def transcribe_chunk(
    recording: Recording, chunk: TimeSpan, language: LanguageTag, recogniser: SpeechToText
) -> Transcript:
    """What is said in one chunk, with times counted from the start of the recording."""
    return shifted(recogniser.transcribe(recording.read(chunk), language=language), chunk)


def shifted(heard: Transcript, chunk: TimeSpan) -> Transcript:
    """What was heard in a chunk, with times counted from the start of the recording."""
    segments = tuple(
        segment.model_copy(
            update={
                "span": segment.span.shifted(chunk.start_ms),
                "words": tuple(
                    word.model_copy(update={"span": word.span.shifted(chunk.start_ms)})
                    for word in segment.words
                ),
            }
        )
        for segment in heard.segments
    )
    return heard.model_copy(update={"segments": segments})
