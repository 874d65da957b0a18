"""Documents that were read lately are not read and parsed again."""

from pathlib import Path

import pytest

from dubwright.domain.errors import NotFoundError, StorageError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import LanguageGuess, Lines, Transcript
from dubwright.jobs.documents import DocumentShelf, keep_document
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner

GUESSES = [LanguageGuess(language=LanguageTag("en"), confidence=n / 10) for n in range(10)]
EACH_BYTES = len(GUESSES[1].model_dump_json())


@pytest.fixture
def store(tmp_path: Path) -> LocalObjectStore:
    return LocalObjectStore(tmp_path / "objects", UrlSigner(b"0123456789abcdef"))


@pytest.fixture
def keys(store: LocalObjectStore) -> list[str]:
    return [keep_document(store, guess) for guess in GUESSES]


def test_what_was_read_is_there_again_without_the_store(
    store: LocalObjectStore, keys: list[str]
) -> None:
    shelf = DocumentShelf()
    assert shelf.read(store, LanguageGuess, keys[3]) == GUESSES[3]
    store.delete(keys[3])
    assert shelf.read(store, LanguageGuess, keys[3]) == GUESSES[3]


def test_what_was_not_used_for_longest_makes_room(store: LocalObjectStore, keys: list[str]) -> None:
    shelf = DocumentShelf(most_bytes=2 * EACH_BYTES)
    for number in (1, 2, 1, 3):
        shelf.read(store, LanguageGuess, keys[number])
    for key in keys:
        store.delete(key)
    assert shelf.read(store, LanguageGuess, keys[1]) == GUESSES[1]
    assert shelf.read(store, LanguageGuess, keys[3]) == GUESSES[3]
    with pytest.raises(NotFoundError):
        shelf.read(store, LanguageGuess, keys[2])


def test_what_is_larger_than_the_shelf_is_read_but_not_kept(
    store: LocalObjectStore, keys: list[str]
) -> None:
    shelf = DocumentShelf(most_bytes=EACH_BYTES - 1)
    assert shelf.read(store, LanguageGuess, keys[1]) == GUESSES[1]
    store.delete(keys[1])
    with pytest.raises(NotFoundError):
        shelf.read(store, LanguageGuess, keys[1])


def test_one_text_may_be_read_as_two_kinds_of_document(store: LocalObjectStore) -> None:
    shelf = DocumentShelf()
    nothing = Lines(language=LanguageTag("en"), utterances=())
    key = keep_document(store, nothing)
    assert shelf.read(store, Lines, key) == nothing
    with pytest.raises(StorageError):
        shelf.read(store, Transcript, key)
