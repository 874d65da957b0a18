"""Which files a provider works with, and what it says when they are not there."""

from pathlib import Path

import pytest

from dubwright.catalogue import entry
from dubwright.catalogue.chosen import ChosenModel
from dubwright.domain.errors import ProviderNotReady


def fill(folder: Path, model_id: str) -> None:
    for file in entry(model_id).files:
        (folder / file.name).write_bytes(b"x")


def test_an_operators_folder_is_used_as_it_is(tmp_path: Path) -> None:
    fill(tmp_path, "speaker-embedder")
    chosen = ChosenModel("speaker-embedder", tmp_path, "embeddings")

    chosen.require()

    assert chosen.locate() == tmp_path


def test_a_folder_with_a_file_missing_names_the_file_and_the_provider(tmp_path: Path) -> None:
    chosen = ChosenModel("speaker-embedder", tmp_path, "embeddings")

    with pytest.raises(ProviderNotReady, match=r"embedder\.int8\.onnx") as raised:
        chosen.require()

    assert raised.value.provider == "embeddings"
    assert raised.value.hint


def test_an_unknown_model_is_not_ready() -> None:
    with pytest.raises(ProviderNotReady, match="no model 'whisper-colossal'"):
        ChosenModel("whisper-colossal", None, "whisper").require()


def test_a_store_without_the_model_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBWRIGHT_MODELS_FOLDER", str(tmp_path))

    with pytest.raises(ProviderNotReady) as raised:
        ChosenModel("bergamot-en-de", None, "bergamot").require()

    assert "dubwright models fetch bergamot-en-de" in str(raised.value.hint)


def test_the_mark_follows_the_files(tmp_path: Path) -> None:
    fill(tmp_path, "speaker-embedder")
    chosen = ChosenModel("speaker-embedder", tmp_path, "embeddings")
    before = chosen.mark

    (tmp_path / "embedder.int8.onnx").write_bytes(b"another network")

    assert chosen.mark != before
    assert entry("speaker-embedder").digest in ChosenModel("speaker-embedder", None, "x").mark
