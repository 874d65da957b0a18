"""Where the scenes of a dub come from: recognition, subtitles, or a script that a person edited."""

from collections.abc import Iterable, Iterator

from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Speakers, Transcript, Utterance
from dubwright.pipeline import writing
from dubwright.pipeline.glossing import with_glossary
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.order import Order
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.writing import Scene


def scenes(
    order: Order,
    heard: Listened,
    speakers: Speakers,
    language: LanguageTag,
    transcripts: Iterable[Transcript],
    tools: Tools,
    run: Runner,
) -> Iterator[Scene]:
    """The dub's lines with their target text, scene by scene, as early as they can be known."""
    written = scenes_written(order, heard, speakers, transcripts)
    return _translated(written, language, order, tools, run)


def scenes_written(
    order: Order, heard: Listened, speakers: Speakers, transcripts: Iterable[Transcript]
) -> Iterator[Scene]:
    """The lines as they are before translation: edited, given as subtitles, or recognised."""
    if order.edited is not None:
        return writing.in_scenes(order.edited.utterances)
    if order.translation:
        return writing.in_scenes(_translated_lines(order, heard, speakers))
    if order.transcript:
        return writing.in_scenes(writing.lines_of_cues(order.transcript, speakers, heard.speech))
    return writing.scenes_heard(transcripts, speakers, heard.speech)


def _translated(
    written: Iterable[Scene],
    language: LanguageTag,
    order: Order,
    tools: Tools,
    run: Runner,
) -> Iterator[Scene]:
    context, target = "", order.target_language
    for scene in written:
        translator = with_glossary(
            tools.translator, order.glossary, [line.source_text for line in scene.lines]
        )
        yield run.document(Scene, writing.translate, scene, context, language, target, translator)
        context = scene.lines[-1].source_text


def _translated_lines(order: Order, heard: Listened, speakers: Speakers) -> tuple[Utterance, ...]:
    """Lines whose target text a person gave; the source text too, where they gave that."""
    lines = writing.lines_of_cues(order.translation, speakers, heard.speech)
    if not lines:
        raise InputError("the translation has no words", hint="give subtitles with text in them")
    return tuple(
        line.model_copy(
            update={
                "target_text": line.source_text,
                "source_text": " ".join(
                    cue.text
                    for cue in order.transcript
                    if line.span.start_ms
                    <= (cue.span.start_ms + cue.span.end_ms) / 2
                    < line.span.end_ms
                ),
            }
        )
        for line in lines
    )
