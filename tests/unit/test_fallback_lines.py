from dubwright.domain.fallbacks import fallbacks
from dubwright.domain.fit import Placement
from dubwright.domain.speech import SpeakerId, Utterance
from dubwright.domain.timeline import TimeSpan


def line(number: int, **by: str) -> Utterance:
    span = TimeSpan(start_ms=number * 1_000, end_ms=number * 1_000 + 900)
    return Utterance(id=number, speaker=SpeakerId("S1"), span=span, source_text="Hello", **by)


def placed(number: int, speaker: str, spoken_by: str = "") -> Placement:
    return Placement(
        utterance=number,
        speaker=SpeakerId(speaker),
        start_ms=number * 1_000,
        duration_ms=900,
        speed=1.0,
        spoken_by=spoken_by,
    )


def test_nothing_is_told_where_there_was_no_fallback():
    found = fallbacks([line(1), line(2)], [placed(1, "S1"), placed(2, "S1")])
    assert (found.lines, found.told()) == (frozenset(), "")


def test_lines_are_told_by_part_and_engine():
    lines = [line(1, heard_by="whisper"), line(2, heard_by="whisper"), line(3), line(4)]
    lines[2] = line(3, translated_by="bergamot")
    found = fallbacks(lines, [])
    assert found.told() == "heard by whisper: 1–2; translated by bergamot: 3"
    assert found.lines == {1, 2, 3}


def test_a_speaker_with_takes_of_two_engines_is_named():
    placements = [placed(1, "S1"), placed(2, "S2"), placed(3, "S1", "kokoro")]
    found = fallbacks([], placements)
    assert found.told() == "spoken by kokoro: 3; with more than one voice: S1"


def test_a_speaker_whom_only_the_fallback_speaks_has_one_voice():
    placements = [placed(1, "S1", "kokoro"), placed(2, "S2"), placed(3, "S1", "kokoro")]
    assert fallbacks([], placements).mixed_speakers == ()
