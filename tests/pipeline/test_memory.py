"""Memory that stages let go of does not stay with the process."""

import ctypes
from pathlib import Path

import pytest

from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import LanguageGuess
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.workspace import Workspace
from memory_use import needs_linux, own_memory_mb

_BLOCK_BYTES = 64 << 10
_BLOCKS = 3_200  # 200 MB
_ENOUGH_MB = 150

still_used: list[bytearray] = []

pytestmark = [
    needs_linux,
    pytest.mark.skipif(
        not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc gives memory back"
    ),
]


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    return Runner(
        Workspace(tmp_path), workers=1, progress=lambda _: None, is_cancelled=lambda: False
    )


@pytest.fixture(autouse=True)
def nothing_kept_from_other_tests():
    still_used.clear()
    ctypes.CDLL(None).malloc_trim(0)
    yield
    still_used.clear()


def let_go_of_much() -> None:
    """Leave 200 MB free below a block in use, where the C library keeps them."""
    blocks = [bytearray(_BLOCK_BYTES) for _ in range(_BLOCKS)]
    for block in blocks:
        block[::4096] = b"x" * (_BLOCK_BYTES // 4096)
    still_used.append(blocks[-1])


@stage(version=1)
def guess_wastefully() -> LanguageGuess:
    let_go_of_much()
    return LanguageGuess(language=LanguageTag("en"), confidence=0.5)


@stage(version=1)
def write_wastefully(to: Path) -> None:
    let_go_of_much()
    to.write_text("written")


def test_what_a_stage_let_go_of_stays_with_the_process_by_itself():
    before_mb = own_memory_mb()
    let_go_of_much()
    assert own_memory_mb() - before_mb > _ENOUGH_MB


def test_what_the_maker_of_a_document_let_go_of_is_given_back(run):
    before_mb = own_memory_mb()
    run.document(LanguageGuess, guess_wastefully)
    assert own_memory_mb() - before_mb < _ENOUGH_MB


def test_what_the_maker_of_a_file_let_go_of_is_given_back(run):
    before_mb = own_memory_mb()
    run.file(".txt", write_wastefully)
    assert own_memory_mb() - before_mb < _ENOUGH_MB
