"""Shorter wordings: what may go, what must stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.language import LanguageTag
from dubwright.domain.wording import says_the_same, tightened, worthwhile

ENGLISH, PORTUGUESE = LanguageTag("en"), LanguageTag("pt-BR")
PIECES = (
    "well,", "so,", "I think", "you know,", "really", "very", "not", "don't", "3", "4.50", "in order to",
    "we have to", "go", "Paris", "Mr. Just", "right?", ".", "então,", "né?", "não", "muito bom", "eu acho que",
    "Eu vou", "a fim de", "nunca", "certo?", "of course,",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("Well, you know, I think that we really need to go.", "We must go."),
        ("It's very good, right?", "It's good."),
        ("And then, you know, it actually works.", "And then it works."),
        ("We are going to win.", "We'll win."),
        ("so, in order to win", "to win"),
    ],
)
def test_english_gives_up_fillers_then_emphasis_then_long_turns(text: str, shortest: str) -> None:
    assert tightened(text, ENGLISH)[-1] == shortest


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("Bem, na verdade, eu acho que é muito bom, né?", "É bom."),
        ("Nós vamos parar a fim de comer.", "Vamos parar para comer."),
        ("A maior parte dos 20 alunos é capaz de ler, sabe.", "A maioria dos 20 alunos consegue ler."),
    ],
)  # fmt: skip
def test_portuguese_gives_up_the_same(text: str, shortest: str) -> None:
    assert tightened(text, PORTUGUESE)[-1] == shortest


@pytest.mark.parametrize(
    "text",
    [
        "Thank you very much.",
        "I don't really know.",
        "Do you have to go? I don't have to.",
        "We are going to Paris.",
        "I think so. I think that is right.",
        "Mr. Just is here.",
        "Really?",
        "Well,",
        "",
    ],
)
def test_words_that_carry_the_meaning_stay(text: str) -> None:
    kept = tightened(text, ENGLISH)

    assert all("Paris" in wording for wording in kept if "Paris" in text)
    assert [w for w in kept if "Paris" not in text] == []


def test_a_language_without_rules_has_no_other_wordings() -> None:
    assert tightened("Also, ich denke, dass das sehr gut ist.", LanguageTag("de")) == ()


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from([ENGLISH, PORTUGUESE]))
def test_every_wording_is_shorter_than_the_last_and_says_the_same(
    pieces: list[str], language: LanguageTag
) -> None:
    text = " ".join(pieces)

    wordings = tightened(text, language)

    lengths = [len(text), *map(len, wordings)]
    assert lengths == sorted(set(lengths), reverse=True)
    assert all(says_the_same(text, wording, language) for wording in wordings)


def test_a_changed_number_or_a_lost_negation_is_another_statement() -> None:
    assert not says_the_same("It costs 3,50 today.", "It costs 3,05.", ENGLISH)
    assert not says_the_same("I do not want it.", "I want it.", ENGLISH)
    assert not says_the_same("Não há nada.", "Há nada.", PORTUGUESE)
    assert says_the_same("I do not want it.", "I don't want it.", ENGLISH)


def test_only_clearly_shorter_candidates_are_worth_speaking() -> None:
    text = "x" * 100
    candidates = ["x" * 95, "x" * 94, "x" * 90, "x" * 80, "x" * 80, ""]

    assert [len(wording) for wording in worthwhile(text, candidates, ENGLISH)] == [94, 80]
