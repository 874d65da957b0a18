import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.language import LanguageTag
from dubwright.domain.rates import RateKey, SpeakingRates

DORA = RateKey(provider="tone", voice="dora", language=LanguageTag("pt-BR"))
ALEX = RateKey(provider="tone", voice="alex", language=LanguageTag("pt-BR"))
TEXT = "uma frase de tamanho comum, dita com calma"


def test_an_unheard_voice_speaks_at_the_usual_rate_of_its_language() -> None:
    rates = SpeakingRates()
    chinese = RateKey(provider="tone", voice="mei", language=LanguageTag("zh"))
    unknown = RateKey(provider="tone", voice="x", language=LanguageTag("tlh"))
    assert 50 <= rates.ms_per_character(DORA) <= 80
    assert 50 <= rates.ms_per_character(unknown) <= 80
    assert rates.ms_per_character(chinese) > 2 * rates.ms_per_character(DORA)


@given(st.floats(30, 300))
def test_the_rate_of_a_steady_voice_is_learned(ms_per_character: float) -> None:
    rates = SpeakingRates()
    for _ in range(30):
        rates = rates.updated(DORA, TEXT, round(ms_per_character * len(TEXT)))
    assert rates.ms_per_character(DORA) == pytest.approx(ms_per_character, rel=0.02)
    assert rates.predict_ms(DORA, TEXT) == pytest.approx(ms_per_character * len(TEXT), rel=0.02)


def test_one_voice_teaches_nothing_about_another() -> None:
    rates = SpeakingRates().updated(DORA, TEXT, 9000)
    assert rates.ms_per_character(ALEX) == SpeakingRates().ms_per_character(ALEX)
    assert rates.ms_per_character(DORA) > SpeakingRates().ms_per_character(DORA)


def test_one_odd_take_moves_a_known_rate_by_a_fifth_at_most() -> None:
    rates = SpeakingRates()
    for _ in range(20):
        rates = rates.updated(DORA, TEXT, 60 * len(TEXT))
    odd = rates.updated(DORA, TEXT, 120 * len(TEXT))
    assert odd.ms_per_character(DORA) == pytest.approx(72, abs=1)


def test_very_short_and_silent_takes_teach_nothing() -> None:
    assert SpeakingRates().updated(DORA, "Sim.", 900) == SpeakingRates()
    assert SpeakingRates().updated(DORA, TEXT, 0) == SpeakingRates()


@given(st.integers(0, 60_000))
def test_the_characters_for_a_time_can_be_said_in_it(ms: int) -> None:
    rates = SpeakingRates()
    assert rates.predict_ms(DORA, "a" * rates.characters_for(DORA, ms)) <= ms


def test_digits_take_longer_than_letters_and_blanks_count_once() -> None:
    rates = SpeakingRates()
    assert rates.predict_ms(DORA, "in 1984") > 2 * rates.predict_ms(DORA, "in abcd") * 0.9
    assert rates.predict_ms(DORA, "a  b\n") == rates.predict_ms(DORA, "a b")


def test_rates_survive_being_stored() -> None:
    rates = SpeakingRates().updated(DORA, TEXT, 3000).updated(ALEX, TEXT, 2500)
    assert SpeakingRates.model_validate_json(rates.model_dump_json()) == rates
