"""A translated sentence divided among its lines."""

from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.apportioning import apportioned

words = st.lists(st.text("abcdefgh,.", min_size=1, max_size=9), min_size=1, max_size=30)
shares = st.lists(st.integers(100, 9_000), min_size=1, max_size=6)


@given(words, shares)
def test_the_parts_are_the_text_word_for_word(text, wanted):
    parts = apportioned(" ".join(text), wanted)
    if len(text) < len(wanted):
        assert parts is None
    else:
        assert parts is not None
        assert len(parts) == len(wanted)
        assert all(parts)
        assert " ".join(parts).split() == text


def test_parts_are_about_as_long_as_their_shares():
    text = "one two three four five six seven eight nine ten eleven twelve"
    parts = apportioned(text, [1, 2])
    assert parts is not None
    assert 0.25 <= len(parts[0]) / len(text) <= 0.42


def test_a_part_ends_after_punctuation_where_that_is_near():
    assert apportioned("Se chover amanhã, ficamos todos em casa a ler", [1, 1]) == (
        "Se chover amanhã,",
        "ficamos todos em casa a ler",
    )


def test_a_part_does_not_end_with_a_short_word_that_leads_on():
    parts = apportioned("Queremos chegar ainda hoje a casa dos nossos pais", [1, 1])
    assert parts is not None
    assert not parts[0].endswith(" a")


def test_fewer_words_than_parts_cannot_be_divided():
    assert apportioned("Sim.", [1, 1]) is None
