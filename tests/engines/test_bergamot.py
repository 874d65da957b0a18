"""The translator with its real models, and the pure cutting of lines into sentences."""

import gc
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from dubwright.domain.errors import ProviderNotReady, ProviderRejected
from dubwright.domain.language import LanguageTag
from dubwright.ports.translator import Translation, TranslationRequest
from dubwright.providers.bergamot import BergamotOptions, BergamotTranslator
from dubwright.providers.bergamot.engine import EngineThread
from dubwright.providers.bergamot.sentences import LONGEST_PIECE_WORDS, dressed, sentences

ENGLISH, PORTUGUESE = LanguageTag("en"), LanguageTag("pt-BR")


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("He said no. Then he left.", ["He said no.", "Then he left."]),
        ("Dr. Smith met J. Kennedy.", ["Dr. Smith met J. Kennedy."]),
        ("At 3 p.m. it ended.", ["At 3 p.m. it ended."]),
        ("Pi is 3.14 today. Yes!", ["Pi is 3.14 today.", "Yes!"]),
        ('"Why?" she asked. "Because."', ['"Why?" she asked.', '"Because."']),
        ("Wait... what?", ["Wait... what?"]),
        ("  ", []),
    ],
)
def test_lines_are_cut_where_sentences_end(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut


def test_a_long_sentence_is_cut_after_a_clause_and_loses_no_word() -> None:
    text = ("one two three four five six seven, " * 20).strip()

    pieces = sentences(text)

    assert " ".join(pieces) == text
    assert all(piece.endswith(",") for piece in pieces)
    assert max(len(piece.split()) for piece in pieces) <= LONGEST_PIECE_WORDS


@pytest.mark.parametrize(
    ("translated", "source", "expected"),
    [
        ("Olá,", "Hello", "Olá"),
        ("????", "???", "???"),
        ("sim,", "Yes.", "Sim."),
        ("Ele disse que sim", "He said yes!", "Ele disse que sim!"),
        ('Ele disse "não".', 'He said "no."', 'Ele disse "não".'),
        ("", "Hello", ""),
    ],
)
def test_the_closing_mark_comes_from_the_source(
    translated: str, source: str, expected: str
) -> None:
    assert dressed(translated, source) == expected


def test_an_engine_stays_on_the_thread_that_made_it() -> None:
    threads: set[int] = set()

    class Echo:
        def translate(self, text: str) -> str:
            threads.add(threading.get_ident())
            return text

    def load(_: str) -> Echo:
        threads.add(threading.get_ident())
        return Echo()

    engines = EngineThread(load)
    callers = [
        threading.Thread(target=engines.translate, args=("a",), kwargs={"model_id": "m"})
        for _ in range(3)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_the_engine_thread_ends_with_its_owner() -> None:
    class Echo:
        def translate(self, text: str) -> str:
            return text

    engines = EngineThread(lambda _: Echo())
    before = set(threading.enumerate())
    engines.translate("a", model_id="m")
    (started,) = set(threading.enumerate()) - before

    del engines
    gc.collect()
    started.join(timeout=5)

    assert not started.is_alive()


def test_an_empty_folder_has_no_pairs_and_is_not_ready(tmp_path: Path) -> None:
    translator = BergamotTranslator(BergamotOptions(models=tmp_path))

    assert translator.pairs() == frozenset()
    with pytest.raises(ProviderNotReady, match="no translation model"):
        translator.check()


def test_a_malformed_model_is_not_ready_and_the_next_call_says_so_again(tmp_path: Path) -> None:
    folder = tmp_path / "bergamot-en-pt"
    folder.mkdir()
    for name in ("model.bin", "lex.bin", "vocab.spm"):
        (folder / name).write_bytes(b"not a model" * 50)
    translator = BergamotTranslator(BergamotOptions(models=tmp_path))

    for _ in range(2):
        with pytest.raises(ProviderNotReady, match="does not load"):
            translator.translate([TranslationRequest("Hi")], source=ENGLISH, target=PORTUGUESE)


def test_a_pair_without_a_model_is_refused() -> None:
    translator = BergamotTranslator(BergamotOptions())

    with pytest.raises(ProviderRejected, match="'en' into 'ja'"):
        translator.translate([], source=ENGLISH, target=LanguageTag("ja"))


@pytest.fixture(scope="module")
def translator() -> BergamotTranslator:
    bergamot = BergamotTranslator(BergamotOptions())
    if ("en", "pt") not in bergamot.pairs() or ("pt", "en") not in bergamot.pairs():
        pytest.skip("the models bergamot-en-pt and bergamot-pt-en are not on this machine")
    return bergamot


def translate(translator: BergamotTranslator, *texts: str) -> list[Translation]:
    requests = [TranslationRequest(text) for text in texts]
    return translator.translate(requests, source=ENGLISH, target=PORTUGUESE)


@pytest.mark.engines
def test_lines_come_back_in_order_and_in_portuguese(translator: BergamotTranslator) -> None:
    one, empty, two = translate(translator, "Good morning.", "", "I live in London. And you?")

    assert (one.text, empty.text) == ("Bom dia.", "")
    assert two.text == "Eu moro em Londres. E você?"


@pytest.mark.engines
def test_a_long_paragraph_is_translated_to_its_end(translator: BergamotTranslator) -> None:
    text = "We walked through the old town and looked at the houses. " * 12 + "It was Tuesday."

    (translation,) = translate(translator, text)

    assert translation.text.endswith("terça-feira.")
    assert translation.text.count(".") == 13


@pytest.mark.engines
def test_what_holds_no_language_is_left_alone(translator: BergamotTranslator) -> None:
    marks = ["...", "???", "42", "x" * 3_000]

    assert [translation.text for translation in translate(translator, *marks)] == marks


@pytest.mark.engines
def test_a_wordy_line_has_shorter_wordings_in_order(translator: BergamotTranslator) -> None:
    (wordy,) = translate(translator, "Well, you know, I think that we really need to go.")

    lengths = [len(wordy.text), *map(len, wordy.variants)]
    assert len(wordy.variants) >= 2
    assert all(later <= 0.94 * earlier for earlier, later in pairwise(lengths))


@pytest.mark.engines
def test_wordings_can_be_turned_off() -> None:
    plain = BergamotTranslator(BergamotOptions(variants=False))
    if ("en", "pt") not in plain.pairs():
        pytest.skip("the model bergamot-en-pt is not on this machine")

    (wordy,) = translate(plain, "Well, you know, I think that we really need to go.")

    assert wordy.variants == ()


@pytest.mark.engines
def test_many_threads_get_the_same_answers(translator: BergamotTranslator) -> None:
    lines = ("Good morning.", "Click on the red button.", "It is late.")
    answers: list[list[Translation]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(translate(translator, *lines)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4
    assert all(answer == answers[0] for answer in answers)
