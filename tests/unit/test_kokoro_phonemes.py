# ruff: noqa: RUF001 - phonetic letters resemble Latin ones, and that is what is written here
"""Kokoro's text side: punctuation, phonemes, cutting, voices. Phonemes need the espeak-ng program."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.errors import ProviderNotReady, ProviderUnavailable
from dubwright.domain.language import LanguageTag, base_language
from dubwright.providers.kokoro.chunks import split_phonemes
from dubwright.providers.kokoro.espeak import Espeak
from dubwright.providers.kokoro.phonemes import (
    Phonemizer,
    split_punctuation,
    to_kokoro,
    vocabulary,
)
from dubwright.providers.kokoro.voices import voices_for

AMERICAN = LanguageTag("en-US")
LANGUAGES = ("en", "es", "fr", "it", "pt")

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="the espeak-ng program is not installed"
)


# --- punctuation


def test_punctuation_is_set_aside_and_kept() -> None:
    spoken, marks = split_punctuation("Hello, world! Is it (really) so?")
    assert spoken == ["Hello", "world", "Is it", "really", "so"]
    assert [mark.strip() for mark in marks] == [",", "!", "(", ")", "?"]


@pytest.mark.parametrize("number", ["3.5", "1,000", "8:30", "1.000,50"])
def test_a_number_is_not_cut_at_its_point_or_comma(number: str) -> None:
    assert split_punctuation(f"{number} litros.")[0] == [f"{number} litros"]


def test_the_point_of_a_title_does_not_end_the_sentence() -> None:
    assert split_punctuation("Dr. Silva and Mrs. Jones left.")[0] == ["Dr Silva and Mrs Jones left"]


def test_pictographs_and_control_characters_are_not_spoken() -> None:
    assert split_punctuation("Well\x00 done 🎉\u200b!")[0] == ["Well done"]


@given(st.text())
def test_any_text_splits_into_lines_that_espeak_reads_whole(text: str) -> None:
    spoken, marks = split_punctuation(text)
    assert len(spoken) == len(marks)
    assert all(line.strip() == line != "" for line in spoken)
    assert all(len(line.encode()) <= 1000 and "\n" not in line for line in spoken)


@given(st.lists(st.text(alphabet="abcdé", min_size=1, max_size=30), min_size=1, max_size=200))
def test_no_word_is_lost(words: list[str]) -> None:
    spoken, _ = split_punctuation(" ".join(words))
    assert " ".join(spoken).split() == words


# --- the alphabet


@pytest.mark.parametrize(
    ("voice", "ipa", "kokoro"),
    [
        ("en-us", "həlˈo^ʊ", "həlˈO"),
        ("en-us", "d^ʒˈʌmps", "ʤˈʌmps"),
        ("en-us", "bˈɜːd", "bˈɜɹd"),
        ("en-us", "lˈe^ɪzi", "lˈAzi"),
        ("en-us", "bˈʌʔn̩", "bˈʌtn"),
        ("en-gb", "həlˈə^ʊ", "həlˈQ"),
        ("en-gb", "ðˈe^ə", "ðˈɛː"),
        ("pt-br", "ˈa^ʊɡu", "ˈWɡu"),
        ("it", "t^ʃˈa^ʊ", "ʧˈW"),
        ("es", "(en)wˈʌn(es)", "wˈʌn"),
    ],
)
def test_espeak_phonemes_become_kokoros(voice: str, ipa: str, kokoro: str) -> None:
    assert to_kokoro(ipa, voice) == kokoro


def test_tokens_are_distinct_and_never_the_padding() -> None:
    assert len(set(vocabulary().values())) == len(vocabulary())
    assert 0 not in vocabulary().values()


# --- phonemes from the program


@needs_espeak
@pytest.mark.parametrize(
    ("language", "text", "phonemes"),
    [
        ("pt-BR", "Bom dia, mundo!", "bˈoŋ ʤˈiæ, mˈũŋdʊ!"),
        ("es", "Hola.", "ˈola."),
        ("it", "Ciao?", "ʧˈaːo?"),
    ],
)
def test_words_are_spoken_and_punctuation_stays(language: str, text: str, phonemes: str) -> None:
    spoken = Phonemizer(Espeak()).phonemes(text, LanguageTag(language))
    assert spoken[-1] == phonemes[-1]
    assert spoken.count(",") == phonemes.count(",")
    assert set(spoken) <= set(vocabulary())


@needs_espeak
@pytest.mark.parametrize("text", ["", "  ", "\n", "?!", "🎉🎉", "…", "\u200b"])
def test_text_without_words_has_no_phonemes(text: str) -> None:
    assert Phonemizer(Espeak()).phonemes(text, AMERICAN) == ""


@needs_espeak
def test_text_that_looks_like_an_option_or_a_phoneme_code_is_text() -> None:
    phonemizer = Phonemizer(Espeak())
    assert phonemizer.phonemes("--version", AMERICAN) == phonemizer.phonemes("version", AMERICAN)
    assert phonemizer.phonemes("[[h@]]", AMERICAN).startswith("ˈAʧ")  # the letter, by its name


@needs_espeak
def test_many_lines_are_answered_one_by_one_in_order() -> None:
    espeak = Espeak()
    lines = ["one", "***", "two", "a.b", "three"]
    answers = espeak.phonemes(lines, voice="en-us")
    assert len(answers) == len(lines)
    assert answers[4] == espeak.phonemes(["three"], voice="en-us")[0]


@needs_espeak
def test_a_line_is_asked_for_once(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    program = tmp_path / "espeak-ng"
    program.write_text(f'#!/bin/sh\necho call >> {log}\nexec {shutil.which("espeak-ng")} "$@"\n')
    program.chmod(0o755)
    phonemizer = Phonemizer(Espeak(program))
    assert phonemizer.phonemes("Hello.", AMERICAN) == phonemizer.phonemes("Hello.", AMERICAN)
    assert log.read_text() == "call\n"


def test_a_missing_espeak_is_named_with_the_way_to_install_it() -> None:
    with pytest.raises(ProviderNotReady, match="espeak-ng is missing") as caught:
        Espeak(Path("/no/such/espeak-ng")).locate()
    assert "apt-get install espeak-ng" in (caught.value.hint or "")


def test_an_espeak_that_fails_is_quoted(tmp_path: Path) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text("#!/bin/sh\necho no voices here >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(ProviderUnavailable, match="no voices here"):
        Espeak(program).phonemes(["hello"], voice="en-us")


# --- cutting


@given(st.text(alphabet="ab ,.", max_size=400), st.integers(5, 60))
def test_pieces_keep_every_phoneme_and_the_limit(phonemes: str, limit: int) -> None:
    pieces = split_phonemes(phonemes, limit=limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert "".join(pieces).replace(" ", "") == phonemes.replace(" ", "")


def test_a_long_text_is_cut_after_a_sentence_if_it_can_be() -> None:
    assert split_phonemes("aaa bbb. ccc, ddd. eee", limit=10) == ["aaa bbb.", "ccc, ddd.", "eee"]


def test_a_long_sentence_is_cut_after_a_clause() -> None:
    assert split_phonemes("aaa bbb ccc, ddd eee", limit=14) == ["aaa bbb ccc,", "ddd eee"]


def test_a_short_text_is_left_whole() -> None:
    assert split_phonemes("aaa. bbb. ccc.", limit=300) == ["aaa. bbb. ccc."]


# --- voices


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_three_voices_of_each_register(language: str) -> None:
    genders = [voice.gender for voice in voices_for(LanguageTag(language))]
    assert genders.count("female") >= 3
    assert genders.count("male") >= 3


def test_portuguese_has_a_voice_for_each_of_four_women() -> None:
    women = [v for v in voices_for(LanguageTag("pt-BR")) if v.gender == "female"]
    assert len(women) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_official_voices_stand_before_blends(language: str) -> None:
    blends = ["blend" in voice.style_tags for voice in voices_for(LanguageTag(language))]
    assert blends == sorted(blends)


def test_the_voices_of_the_region_come_first() -> None:
    assert voices_for(LanguageTag("en-GB"))[0].id == "bf_emma"
    assert voices_for(LanguageTag("en"))[0].id == "af_heart"
    assert voices_for(LanguageTag("pt-PT"))[0].id == "pf_dora"


def test_voices_speak_the_language_they_are_listed_for() -> None:
    for language in LANGUAGES:
        spoken = {base_language(voice.language) for voice in voices_for(LanguageTag(language))}
        assert spoken == {language}


def test_a_language_without_voices_has_none() -> None:
    assert voices_for(LanguageTag("de")) == ()
