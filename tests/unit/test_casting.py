import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.casting import cast_voices
from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Gender, Speaker, SpeakerId, Voice

S1, S2, S3 = SpeakerId("S1"), SpeakerId("S2"), SpeakerId("S3")


def voice(name: str, gender: Gender) -> Voice:
    return Voice(id=name, name=name.title(), language=LanguageTag("pt-BR"), gender=gender)


DORA, ALEX, SANTA = voice("dora", "female"), voice("alex", "male"), voice("santa", "male")
VOICES = (DORA, ALEX, SANTA)


def person(
    speaker: SpeakerId, speech_ms: int, *, pitch_hz: float | None = None, gender: Gender = "unknown"
) -> Speaker:
    return Speaker(id=speaker, speech_ms=speech_ms, pitch_hz=pitch_hz, gender=gender)


def test_everyone_gets_a_voice_of_their_register() -> None:
    cast = cast_voices(
        [person(S1, 900, pitch_hz=110), person(S2, 500, pitch_hz=210)], VOICES, chosen={}
    )
    assert cast.voices == {S1: ALEX, S2: DORA}


def test_a_known_gender_counts_more_than_the_pitch() -> None:
    low_woman = person(S1, 900, pitch_hz=130, gender="female")
    assert cast_voices([low_woman], VOICES, chosen={}).voices == {S1: DORA}


def test_who_speaks_most_picks_first() -> None:
    men = [person(S1, 100, pitch_hz=100), person(S2, 900, pitch_hz=100)]
    assert cast_voices(men, VOICES, chosen={}).voices == {S1: SANTA, S2: ALEX}


def test_voices_are_shared_within_the_register_once_they_run_out() -> None:
    women = [person(SpeakerId(f"S{n}"), 1000 - n, pitch_hz=200) for n in range(3)]
    assert set(cast_voices(women, VOICES, chosen={}).voices.values()) == {DORA}
    men = [person(SpeakerId(f"S{n}"), 1000 - n, pitch_hz=100) for n in range(4)]
    assert list(cast_voices(men, VOICES, chosen={}).voices.values()) == [ALEX, SANTA, ALEX, SANTA]


def test_somebody_of_unknown_register_takes_the_least_used_voice() -> None:
    people = [person(S1, 900, pitch_hz=200), person(S2, 800, pitch_hz=100), person(S3, 700)]
    assert cast_voices(people, VOICES, chosen={}).voices[S3] == SANTA


def test_a_chosen_voice_is_kept_and_not_given_to_others_while_there_are_more() -> None:
    men = [person(S1, 900, pitch_hz=100), person(S2, 100, pitch_hz=100)]
    assert cast_voices(men, VOICES, chosen={S2: "alex"}).voices == {S1: SANTA, S2: ALEX}


def test_a_missing_register_is_filled_with_any_voice() -> None:
    assert cast_voices([person(S1, 9, pitch_hz=90)], [DORA], chosen={}).voices == {S1: DORA}


def test_a_chosen_voice_that_does_not_exist_is_refused_with_those_on_offer() -> None:
    with pytest.raises(InputError, match="there is no voice 'bella'") as refusal:
        cast_voices([person(S1, 9)], VOICES, chosen={S1: "bella"})
    assert refusal.value.hint == "choose one of `dora`, `alex`, `santa`"


def test_without_any_voice_nothing_can_be_cast() -> None:
    with pytest.raises(InputError, match="no voice to speak with"):
        cast_voices([person(S1, 9)], [], chosen={})


people_lists = st.lists(
    st.builds(
        Speaker,
        id=st.integers(1, 99).map(lambda n: SpeakerId(f"S{n}")),
        speech_ms=st.integers(0, 9999),
        pitch_hz=st.none() | st.floats(60, 300),
        gender=st.sampled_from(["female", "male", "neutral", "unknown"]),
    ),
    unique_by=lambda someone: someone.id,
    max_size=8,
)


@given(people_lists, st.data())
def test_the_cast_does_not_depend_on_the_order_of_the_people(
    people: list[Speaker], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(people))
    cast = cast_voices(people, VOICES, chosen={})
    assert cast == cast_voices(shuffled, VOICES, chosen={})
    assert set(cast.voices) == {someone.id for someone in people}
