"""Writing lines: sentences that a chunk's end cuts, lines of subtitles, scenes, translation."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.cues import Cue
from dubwright.domain.language import LanguageTag, parse_language
from dubwright.domain.speech import (
    Segment,
    SpeakerId,
    Speakers,
    SpeakerTurn,
    SpeechMap,
    Transcript,
    Utterance,
    Word,
)
from dubwright.domain.timeline import TimeSpan
from dubwright.pipeline.writing import Scene, in_scenes, lines_of_cues, scenes_heard, translate
from dubwright.ports import Translation, TranslationRequest
from dubwright.providers.echo import EchoOptions, EchoTranslator

EN, PT = parse_language("en"), parse_language("pt")
S1 = SpeakerId("S1")
WORD_MS, PAUSE_MS = 250, 50


def span(start_ms: int, end_ms: int) -> TimeSpan:
    return TimeSpan(start_ms=start_ms, end_ms=end_ms)


def spoken(text: str, *, start_ms: int = 0) -> list[Word]:
    """The words of a text at an even pace."""
    step = WORD_MS + PAUSE_MS
    return [
        Word(text=word, span=span(start_ms + n * step, start_ms + n * step + WORD_MS))
        for n, word in enumerate(text.split())
    ]


def transcript(words: Sequence[Word]) -> Transcript:
    if not words:
        return Transcript(language=EN, segments=())
    around = span(words[0].span.start_ms, words[-1].span.end_ms)
    text = " ".join(word.text for word in words)
    return Transcript(language=EN, segments=(Segment(text=text, span=around, words=tuple(words)),))


def one_speaker(end_ms: int) -> tuple[Speakers, SpeechMap]:
    whole = span(0, end_ms)
    turns = (SpeakerTurn(speaker=S1, span=whole),)
    return Speakers(turns=turns, people=()), SpeechMap(spans=(whole,))


def scenes_of(*chunks: Sequence[Word]) -> list[Scene]:
    speakers, speech = one_speaker(1 + max(w.span.end_ms for chunk in chunks for w in chunk))
    return list(scenes_heard(map(transcript, chunks), speakers, speech))


def texts_of(scenes: Sequence[Scene]) -> list[list[str]]:
    return [[line.source_text for line in scene.lines] for scene in scenes]


def test_a_sentence_cut_by_a_chunks_end_moves_whole_to_the_next():
    words = spoken("It rains today. We will stay at home. Come in.")
    assert texts_of(scenes_of(words[:5], words[5:])) == [
        ["It rains today."],
        ["We will stay at home.", "Come in."],
    ]


def test_a_sentence_without_end_is_not_held_back_for_ever():
    words = spoken("Yes, it is. We will stay at home now. Come in.")
    assert texts_of(scenes_of(words[:5], words[5:6], words[6:])) == [
        ["Yes, it is."],
        ["We will stay"],
        ["at home now.", "Come in."],
    ]


def test_an_open_end_before_a_long_pause_is_a_line_of_its_own():
    first = spoken("It rains today. We will")
    after = spoken("Stay.", start_ms=first[-1].span.end_ms + 1_001)
    assert texts_of(scenes_of(first, after)) == [["It rains today.", "We will"], ["Stay."]]


def test_a_chunk_in_which_nothing_was_said_gives_no_scene():
    words = spoken("It rains today. Come in.")
    assert texts_of(scenes_of(words[:3], [], words[3:])) == [["It rains today."], ["Come in."]]


def test_an_open_end_before_a_silent_chunk_is_not_lost():
    words = spoken("It rains today. We will")
    assert texts_of(scenes_of(words, [])) == [["It rains today.", "We will"]]


WORDS = st.sampled_from(["rain", "we,", "stay", "home.", "why?", "and", "Dr.", "3.", "5", "go!"])


@st.composite
def chunked(draw: st.DrawFn) -> tuple[list[str], list[list[Word]]]:
    """Words with pauses, and the same words cut into chunks anywhere."""
    texts = draw(st.lists(WORDS, min_size=1, max_size=40))
    pauses = st.lists(st.sampled_from([20, 400, 700, 1500]), min_size=len(texts))
    start_ms, words = 0, []
    for text, pause_ms in zip(texts, draw(pauses), strict=False):
        words.append(Word(text=text, span=span(start_ms, start_ms + WORD_MS)))
        start_ms += WORD_MS + pause_ms
    cuts = sorted(draw(st.sets(st.integers(0, len(words)), max_size=6)))
    return texts, [words[a:b] for a, b in zip([0, *cuts], [*cuts, len(words)], strict=True)]


@given(chunked())
def test_no_word_is_lost_or_doubled_wherever_chunks_are_cut(case):
    texts, chunks = case
    scenes = scenes_of(*chunks)
    lines = [line for scene in scenes for line in scene.lines]
    assert " ".join(line.source_text for line in lines).split() == texts
    assert [line.id for line in lines] == list(range(1, len(lines) + 1))
    assert all(scene.lines for scene in scenes)


class Asked:
    """Chunks that count how many were asked for."""

    def __init__(self, *chunks: Sequence[Word]) -> None:
        self._chunks = chunks
        self.count = 0

    def __iter__(self) -> Iterator[Transcript]:
        for chunk in self._chunks:
            self.count += 1
            yield transcript(chunk)


@pytest.mark.parametrize(
    ("first_chunk", "asked"),
    [
        ("It rains. We stay.", 1),
        ("It rains. Do we stay?”", 1),
        ("It rains. (We stay.)", 1),
        ("It rains. We will", 2),
    ],
)
def test_the_next_chunk_is_waited_for_only_after_an_open_end(first_chunk, asked):
    first = spoken(first_chunk)
    chunks = Asked(first, spoken("stay.", start_ms=first[-1].span.end_ms + 100))
    next(scenes_heard(chunks, *one_speaker(20_000)))
    assert chunks.count == asked


def cue(start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(span=span(start_ms, end_ms), text=text)


def test_a_sentence_over_two_cues_is_one_line():
    cues = [cue(0, 1_500, "Come in,\nbecause it"), cue(1_500, 3_000, "rains. Sit down.")]
    lines = lines_of_cues(cues, *one_speaker(4_000))
    assert [line.source_text for line in lines] == ["Come in, because it rains.", "Sit down."]
    assert lines[0].span.start_ms == 0
    assert lines[0].span.end_ms == pytest.approx(2_060, abs=100)


def test_lines_of_cues_are_given_to_whoever_speaks_then():
    turns = tuple(
        SpeakerTurn(speaker=SpeakerId(name), span=span(start, start + 2_000))
        for name, start in (("S1", 0), ("S2", 3_000))
    )
    speech = SpeechMap(spans=tuple(turn.span for turn in turns))
    cues = [cue(100, 1_900, "Come in."), cue(3_100, 4_900, "Thank you.")]
    lines = lines_of_cues(cues, Speakers(turns=turns, people=()), speech)
    assert [line.speaker for line in lines] == ["S1", "S2"]


CUE_TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)


@given(
    st.lists(
        st.tuples(st.integers(0, 2_000), st.integers(1, 6_000), CUE_TEXTS), min_size=1, max_size=8
    )
)
def test_every_word_of_the_cues_is_in_one_line_in_order(parts):
    cues, start_ms = [], 0
    for pause_ms, length_ms, text in parts:
        cues.append(cue(start_ms + pause_ms, start_ms + pause_ms + length_ms, text))
        start_ms += pause_ms + length_ms
    lines = lines_of_cues(cues, *one_speaker(start_ms + 1))
    assert " ".join(line.source_text for line in lines) == " ".join(text for *_, text in parts)


def test_no_cues_give_no_lines():
    assert lines_of_cues([], *one_speaker(1_000)) == ()


def line(number: int, start_ms: int, end_ms: int, **more: object) -> Utterance:
    return Utterance(
        id=number,
        speaker=S1,
        span=span(start_ms, end_ms),
        source_text=f"Source {number}.",
        **more,
    )


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 40_000)), max_size=30))
def test_scenes_keep_every_line_and_last_half_a_minute_at_most(parts):
    lines, start_ms = [], 0
    for number, (pause_ms, length_ms) in enumerate(parts, start=1):
        start_ms += pause_ms
        lines.append(line(number, start_ms, start_ms + length_ms))
        start_ms += length_ms
    scenes = list(in_scenes(lines))
    assert [one for scene in scenes for one in scene.lines] == lines
    for scene in scenes:
        lasts_ms = scene.lines[-1].span.end_ms - scene.lines[0].span.start_ms
        assert lasts_ms <= 30_000 or len(scene.lines) == 1


class Noting(EchoTranslator):
    """The echo translator, which notes what it was asked."""

    def __init__(self) -> None:
        super().__init__(EchoOptions())
        self.asked: list[TranslationRequest] = []

    def translate(
        self, requests: Sequence[TranslationRequest], *, source: LanguageTag, target: LanguageTag
    ) -> list[Translation]:
        self.asked += requests
        return super().translate(requests, source=source, target=target)


def test_every_line_is_translated_with_what_was_said_before_it_and_its_room():
    translator = Noting()
    scene = Scene(lines=(line(1, 0, 1_500), line(2, 2_000, 5_000)))
    done = translate(scene, "Said before.", EN, PT, translator)
    assert [one.target_text for one in done.lines] == ["[pt] Source 1.", "[pt] Source 2."]
    assert [(ask.context, ask.max_ms) for ask in translator.asked] == [
        ("Said before.", 1_500),
        ("Source 1.", 3_000),
    ]


def test_shorter_wordings_are_kept_with_the_line():
    long = line(1, 0, 2_000).model_copy(update={"source_text": "one two three four five six"})
    done = translate(Scene(lines=(long,)), "", EN, PT, EchoTranslator(EchoOptions()))
    assert done.lines[0].variants == ("[pt] one two three four five", "[pt] one two three four")


def test_a_text_that_a_person_gave_is_left_alone():
    translator = Noting()
    given_text = line(1, 0, 1_000, target_text="Mine.", variants=("M.",))
    scene = Scene(lines=(given_text, line(2, 2_000, 3_000)))
    done = translate(scene, "", EN, PT, translator)
    assert done.lines[0] == given_text
    assert [ask.text for ask in translator.asked] == ["Source 2."]


def test_nobody_is_asked_when_every_line_has_its_text():
    translator = Noting()
    scene = Scene(lines=(line(1, 0, 1_000, target_text="Mine."),))
    assert translate(scene, "", EN, PT, translator) == scene
    assert translator.asked == []


@pytest.mark.parametrize(("source", "target"), [("en", "en"), ("pt-BR", "pt")])
def test_the_same_language_is_spoken_as_it_was_heard(source, target):
    translator = Noting()
    scene = Scene(lines=(line(1, 0, 1_000),))
    done = translate(scene, "", parse_language(source), parse_language(target), translator)
    assert done.lines[0].target_text == "Source 1."
    assert translator.asked == []
