"""Stages that write the script: from what was heard to lines in the target language."""

from collections.abc import Iterable, Iterator, Sequence

from dubwright.domain.apportioning import apportioned
from dubwright.domain.cues import Cue
from dubwright.domain.language import LanguageTag, base_language, same_language
from dubwright.domain.segmentation import write_utterances
from dubwright.domain.sentences import ends_sentence
from dubwright.domain.speech import Speakers, SpeechMap, Transcript, Utterance, Word
from dubwright.domain.timeline import Document, TimeSpan
from dubwright.pipeline.runner import stage
from dubwright.ports import Translation, TranslationRequest, Translator

_CARRIED_WITHIN_MS = 1_000
_SCENE_MS = 30_000
_ONE_SENTENCE_WITHIN_MS = 1_500
_MOST_LINES = 6

_NEARBY_MS = 3_000


class Scene(Document):
    """Neighbouring lines that are translated and planned together, about half a minute."""

    lines: tuple[Utterance, ...]


def scenes_heard(
    transcripts: Iterable[Transcript], speakers: Speakers, speech: SpeechMap
) -> Iterator[Scene]:
    """A scene for each recognised chunk. A sentence cut by a chunk's end moves to the next.

    The next chunk is waited for only after such an open end, so that the first scene comes early.
    """
    chunks = ((_words(transcript), transcript.fallback) for transcript in transcripts)
    nothing: tuple[list[Word] | None, str] = (None, "")
    following, heard_by = next(chunks, nothing)
    carried: list[Word] = []
    next_id = 1
    while following is not None:
        heard, fallback, carried = [*carried, *following], heard_by, []
        lines = _utterances(heard, speakers, speech, first_id=next_id) if heard else ()
        open_end = _ends_open(lines)
        if open_end:
            following, heard_by = next(chunks, nothing)
            lines, carried = _without_open_end(lines, heard, following or [])
        next_id += len(lines)
        if lines:
            yield Scene(lines=_heard_by(fallback, lines))
        if not open_end:
            following, heard_by = next(chunks, nothing)


def lines_of_cues(
    cues: Sequence[Cue], speakers: Speakers, speech: SpeechMap
) -> tuple[Utterance, ...]:
    """The lines of subtitles: cues joined into sentences, each given to whoever speaks then."""
    words = [word for cue in cues for word in _spread(cue)]
    return _utterances(words, speakers, speech, first_id=1) if words else ()


def in_scenes(lines: Sequence[Utterance]) -> Iterator[Scene]:
    """Lines that are all known already, half a minute at a time."""
    scene: list[Utterance] = []
    for line in lines:
        if scene and line.span.end_ms - scene[0].span.start_ms > _SCENE_MS:
            yield Scene(lines=tuple(scene))
            scene = []
        scene.append(line)
    if scene:
        yield Scene(lines=tuple(scene))


@stage(version=3)
def translate(
    scene: Scene, context: str, source: LanguageTag, target: LanguageTag, translator: Translator
) -> Scene:
    """Give every line without a target text one, with shorter wordings where the engine can."""
    waiting = [line for line in scene.lines if not line.target_text.strip()]
    if not waiting:
        return scene
    if same_language(source, target):
        texts = {line.id: Translation(line.source_text) for line in waiting}
    else:
        texts = _translated(waiting, context, source, target, translator)
    lines = tuple(
        _worded(line, texts[line.id]) if line.id in texts else line for line in scene.lines
    )
    return Scene(lines=lines)


def _worded(line: Utterance, wording: Translation) -> Utterance:
    return line.model_copy(
        update={
            "target_text": wording.text,
            "variants": wording.variants,
            "translated_by": wording.fallback,
        }
    )


def _translated(
    lines: Sequence[Utterance],
    context: str,
    source: LanguageTag,
    target: LanguageTag,
    translator: Translator,
) -> dict[int, Translation]:
    """Sentences are translated whole, then divided among their lines."""
    source, target = base_language(source), base_language(target)
    sentences = _sentences(lines)
    answers = translator.translate(_requests(sentences, context), source=source, target=target)
    wordings: dict[int, Translation] = {}
    undivided: list[list[Utterance]] = []
    for sentence, answer in zip(sentences, answers, strict=True):
        parts = apportioned(answer.text, [line.span.duration_ms for line in sentence])
        if parts is None:
            undivided += [[line] for line in sentence]
            continue
        # Only a line that is a sentence by itself has variants: the parts of two wordings of one
        # sentence do not fit together.
        variants = answer.variants if len(sentence) == 1 else ()
        wordings |= {
            line.id: Translation(part, variants, answer.fallback)
            for line, part in zip(sentence, parts, strict=True)
        }
    alone = translator.translate(_requests(undivided, context), source=source, target=target)
    for (line,), answer in zip(undivided, alone, strict=True):
        wordings[line.id] = answer
    return wordings


def _requests(sentences: Sequence[Sequence[Utterance]], context: str) -> list[TranslationRequest]:
    texts = [" ".join(line.source_text for line in sentence) for sentence in sentences]
    return [
        TranslationRequest(
            text, context=before, max_ms=sum(line.span.duration_ms for line in sentence)
        )
        for sentence, text, before in zip(sentences, texts, [context, *texts], strict=False)
    ]


def _sentences(lines: Sequence[Utterance]) -> list[list[Utterance]]:
    """Lines grouped into the sentences that their speakers made of them."""
    sentences: list[list[Utterance]] = []
    for line in lines:
        if sentences and _goes_on(sentences[-1], line):
            sentences[-1].append(line)
        else:
            sentences.append([line])
    return sentences


def _goes_on(sentence: Sequence[Utterance], line: Utterance) -> bool:
    last = sentence[-1]
    return (
        line.speaker == last.speaker
        and line.id == last.id + 1
        and not ends_sentence(last.source_text, line.source_text)
        and line.span.start_ms - last.span.end_ms <= _ONE_SENTENCE_WITHIN_MS
        and len(sentence) < _MOST_LINES
    )


def _utterances(
    words: Sequence[Word], speakers: Speakers, speech: SpeechMap, *, first_id: int
) -> tuple[Utterance, ...]:
    around = TimeSpan(
        start_ms=max(0, words[0].span.start_ms - _NEARBY_MS),
        end_ms=words[-1].span.end_ms + _NEARBY_MS,
    )
    turns = [turn for turn in speakers.turns if turn.span.overlap_ms(around)]
    spans = tuple(span for span in speech.spans if span.overlap_ms(around))
    return write_utterances(
        words, turns or speakers.turns, SpeechMap(spans=spans or speech.spans), first_id=first_id
    )


def _heard_by(fallback: str, lines: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    if not fallback:
        return lines
    return tuple(line.model_copy(update={"heard_by": fallback}) for line in lines)


def _ends_open(lines: Sequence[Utterance]) -> bool:
    return len(lines) > 1 and not ends_sentence(lines[-1].source_text, None)


def _without_open_end(
    lines: tuple[Utterance, ...], heard: Sequence[Word], following: Sequence[Word]
) -> tuple[tuple[Utterance, ...], list[Word]]:
    if not following:
        return lines, []
    if following[0].span.start_ms - heard[-1].span.end_ms > _CARRIED_WITHIN_MS:
        return lines, []
    open_words = len(lines[-1].source_text.split())
    return lines[:-1], list(heard[-open_words:])


def _words(transcript: Transcript) -> list[Word]:
    return [word for segment in transcript.segments for word in segment.words]


def _spread(cue: Cue) -> list[Word]:
    """The words of a cue, each with time in proportion to its letters."""
    texts = cue.text.split()
    ends = [0]
    for text in texts:
        ends.append(ends[-1] + len(text) + 1)
    scale = cue.span.duration_ms / max(1, ends[-1])
    times = [cue.span.start_ms + round(end * scale) for end in ends]
    return [
        Word(text=text, span=TimeSpan(start_ms=start, end_ms=max(end, start + 1)))
        for text, start, end in zip(texts, times, times[1:], strict=False)
    ]
