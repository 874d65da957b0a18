"""Scratch folders that nobody uses go; those in use, or used lately, stay."""

import os
import time
from pathlib import Path

from dubwright.pipeline.workspace import claim_any, sweep_idle

HOUR_S = 3600.0


def worked_in(folder: Path, *, hours_ago: float) -> Path:
    with claim_any(folder) as work:
        (work / "mix").mkdir()
        (work / "mix" / "sound.raw").write_bytes(b"sound")
    then = time.time() - hours_ago * HOUR_S
    for path in (work / "mix", work):
        os.utime(path, (then, then))
    return work


def test_a_folder_that_was_idle_for_long_is_deleted(tmp_path: Path) -> None:
    work = worked_in(tmp_path / "source", hours_ago=30)
    assert sweep_idle(tmp_path, before_s=time.time() - 24 * HOUR_S) == 1
    assert not work.exists()


def test_a_folder_that_was_used_lately_stays(tmp_path: Path) -> None:
    work = worked_in(tmp_path / "source", hours_ago=2)
    assert sweep_idle(tmp_path, before_s=time.time() - 24 * HOUR_S) == 0
    assert (work / "mix" / "sound.raw").exists()


def test_a_folder_in_use_stays_however_old_it_is(tmp_path: Path) -> None:
    worked_in(tmp_path / "source", hours_ago=30)
    with claim_any(tmp_path / "source") as work:
        then = time.time() - 30 * HOUR_S
        os.utime(work, (then, then))
        assert sweep_idle(tmp_path, before_s=time.time() - 24 * HOUR_S) == 0
        assert work.exists()


def test_a_swept_folder_can_be_claimed_again(tmp_path: Path) -> None:
    worked_in(tmp_path / "source", hours_ago=30)
    sweep_idle(tmp_path, before_s=time.time())
    with claim_any(tmp_path / "source") as work:
        assert list(work.iterdir()) == []
