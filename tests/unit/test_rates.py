import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.rates import reworded_ms, spoken_characters

LETTERS = st.text("abc é", min_size=1).filter(str.strip)


@given(LETTERS, st.integers(1, 60_000))
def test_the_same_words_take_the_same_time(text: str, spoken_ms: int) -> None:
    assert reworded_ms(text, spoken_ms, text) == spoken_ms


@given(LETTERS, st.text("abc é"), st.integers(1, 60_000))
def test_less_to_say_never_takes_longer_and_always_some_time(
    text: str, added: str, spoken_ms: int
) -> None:
    assert 1 <= reworded_ms(text + added, spoken_ms, text) <= spoken_ms


def test_a_wording_takes_as_long_as_its_share_of_the_line() -> None:
    assert reworded_ms("twenty characters ab", 2_000, "ten chars.") == 1_000


def test_digits_count_as_the_words_that_they_are_read_as() -> None:
    assert reworded_ms("1999", 1_600, "nineteen ninety.") == 1_600
    assert spoken_characters("Em 1999") > spoken_characters("Em casa")


@pytest.mark.parametrize("text", ["a  b", " a b ", "a\nb"])
def test_blanks_are_not_spoken_twice(text: str) -> None:
    assert spoken_characters(text) == 3
