"""Subtitles of both languages: the new ones where lines sound, the old ones where they did."""

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.language import parse_language
from dubwright.domain.speech import Script, SpeakerId, Utterance
from dubwright.domain.timeline import TimeSpan
from dubwright.pipeline.subtitling import subtitles_of

EN, PT = parse_language("en"), parse_language("pt")
S1 = SpeakerId("S1")


def line(number: int, start_ms: int, source: str, target: str, **more: object) -> Utterance:
    span = TimeSpan(start_ms=start_ms, end_ms=start_ms + 2_000)
    return Utterance(
        id=number, speaker=S1, span=span, source_text=source, target_text=target, **more
    )


def placed(number: int, start_ms: int, variant: int = 0) -> Placement:
    return Placement(
        utterance=number,
        speaker=S1,
        start_ms=start_ms,
        duration_ms=2_500,
        speed=1,
        variant=variant,
    )


def shown(lines: list[Utterance], placements: list[Placement], to: str = "pt") -> dict[str, list]:
    script = Script(source_language=EN, target_language=parse_language(to), utterances=tuple(lines))
    found = subtitles_of(script, FitReport(placements=tuple(placements)), end_ms=60_000)
    return {
        language: [(cue.span.start_ms, cue.text) for cue in cues]
        for language, cues in found.items()
    }


def test_each_language_is_shown_when_it_sounds():
    assert shown([line(1, 1_000, "Come in.", "Entre.")], [placed(1, 1_300)]) == {
        "pt": [(1_300, "Entre.")],
        "en": [(1_000, "Come in.")],
    }


def test_the_wording_that_is_spoken_is_the_one_shown():
    lines = [line(1, 0, "Do come in.", "Entre, faça favor.", variants=("Entre já.", "Entre."))]
    assert shown(lines, [placed(1, 0, variant=2)])["pt"] == [(0, "Entre.")]


def test_a_line_that_keeps_the_original_is_shown_in_its_own_language_only():
    lines = [
        line(1, 0, "Come in.", "Entre."),
        line(2, 5_000, "Sing.", "Cante.", keep_original=True),
    ]
    both = shown(lines, [placed(1, 0)])
    assert (len(both["pt"]), len(both["en"])) == (1, 2)


def test_a_language_without_text_has_no_subtitles():
    assert list(shown([line(1, 0, "", "Entre.")], [placed(1, 0)])) == ["pt"]
    assert list(shown([line(1, 0, "Come in.", "Entre.", keep_original=True)], [])) == ["en"]


def test_a_dub_into_its_own_language_shows_what_it_speaks():
    lines = [line(1, 0, "Come in.", "Do come in.")]
    assert shown(lines, [placed(1, 700)], to="en") == {"en": [(700, "Do come in.")]}


def test_subtitles_end_with_the_video():
    script = Script(
        source_language=EN,
        target_language=parse_language("pt"),
        utterances=(line(1, 0, "Come in.", "Entre."), line(2, 5_000, "Sit down.", "Sente-se.")),
    )
    found = subtitles_of(script, FitReport(placements=(placed(1, 700),)), end_ms=1_000)
    assert [(cue.span.start_ms, cue.span.end_ms) for cues in found.values() for cue in cues] == [
        (700, 1_000),
        (0, 1_000),
    ]
