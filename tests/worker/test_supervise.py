"""The supervisor keeps programs running, and stops them all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from yard import runs, wait_until

_SUPERVISOR = """
import sys
from dubwright.worker.supervise import Patience, Program, supervise

programs = [Program(f"p{n}", (sys.executable, "-c", code)) for n, code in enumerate(sys.argv[1:])]
patience = Patience(first_wait_s=0.05, longest_wait_s=0.2, tries=4, stop_s=1.0)
sys.exit(supervise(programs, patience=patience))
"""
_STAYS = "import time; time.sleep(60)"
_STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def noting(log: Path, then: str) -> str:
    return f"import os; open({str(log)!r}, 'a').write(f'{{os.getpid()}}\\n'); {then}"


def pids(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.fixture
def supervisors() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for one in started:
        one.kill()
        one.wait(timeout=10)


def supervised(
    supervisors: list[subprocess.Popen[bytes]], *programs: str
) -> subprocess.Popen[bytes]:
    started = subprocess.Popen([sys.executable, "-c", _SUPERVISOR, *programs])
    supervisors.append(started)
    return started


def test_a_program_that_crashes_is_started_again(
    supervisors: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    supervised(supervisors, noting(log, _STAYS))
    for lives in (1, 2, 3):
        wait_until(lambda: len(pids(log)) == lives, within_s=5, what=f"life {lives}")  # noqa: B023
        os.kill(pids(log)[-1], signal.SIGKILL)
    wait_until(lambda: len(pids(log)) == 4, within_s=5, what="the fourth life")


def test_a_worker_that_was_taken_for_dead_is_started_again(
    supervisors: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    once = f"raise SystemExit(75 if len(open({str(log)!r}).readlines()) < 3 else 0)"
    assert supervised(supervisors, noting(log, once)).wait(timeout=10) == 0
    assert len(pids(log)) == 3


def test_a_program_that_cannot_start_is_given_up_and_the_others_stopped(
    supervisors: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    crashing, staying = tmp_path / "crashing", tmp_path / "staying"
    supervisor = supervised(
        supervisors, noting(crashing, "raise SystemExit(9)"), noting(staying, _STAYS)
    )
    assert supervisor.wait(timeout=10) == 9
    assert len(pids(crashing)) == 4
    assert not runs(pids(staying)[0])


def test_a_refusal_is_not_tried_again(
    supervisors: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    assert supervised(supervisors, noting(log, "raise SystemExit(5)")).wait(timeout=10) == 5
    assert len(pids(log)) == 1


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_programs_also_stubborn_ones(
    told: signal.Signals, supervisors: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    logs = [tmp_path / "stays", tmp_path / "stubborn"]
    supervisor = supervised(supervisors, noting(logs[0], _STAYS), noting(logs[1], _STUBBORN))
    wait_until(lambda: all(pids(log) for log in logs), within_s=5, what="both run")
    began = time.monotonic()
    supervisor.send_signal(told)

    assert supervisor.wait(timeout=10) == 0
    assert time.monotonic() - began < 3
    assert not any(runs(pids(log)[0]) for log in logs)


def test_programs_end_with_a_supervisor_that_is_killed(
    supervisors: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    supervisor = supervised(supervisors, noting(log, _STAYS))
    wait_until(lambda: bool(pids(log)), within_s=5, what="it runs")
    supervisor.kill()
    wait_until(lambda: not runs(pids(log)[0]), within_s=2, what="it ends too")
