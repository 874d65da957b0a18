"""Estimates and cost limits on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from in_process import WIDE, run

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from making import make_video  # it lies beside the end-to-end tests

from dubwright.testing.stand_ins import STAND_INS

PRICES = """
as_of = 2026-03-01
source = "tests"
[[price]]
provider = "tone"
product = "voice"
per_million_characters = 1000
[[price]]
provider = "scripted"
product = "ears"
per_minute = 0.6
"""
TRANSCRIPT = "\n".join(
    f"{n + 1}\n00:00:{3 * n:02d},400 --> 00:00:{3 * n + 1:02d},600\nThis is line {n + 1} of the three that are here to say.\n"
    for n in range(3)
)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("talk") / "talk.mp4", bursts=3)


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.srt"
    path.write_text(TRANSCRIPT)
    return path


def dub(talk: Path | str, folder: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    """`dubwright dub`, with a voice that charges by the character and a recogniser by time."""
    (folder / "prices.toml").write_text(PRICES)
    chosen = {f"DUBWRIGHT_{kind.upper()}__PROVIDER": name for kind, name in STAND_INS.items()}
    paid = {
        "DUBWRIGHT_PRICES": "prices.toml",
        "DUBWRIGHT_TEXT_TO_SPEECH__OPTIONS": '{"product": "voice", "predicts_durations": false}',
        "DUBWRIGHT_SPEECH_TO_TEXT__OPTIONS": '{"product": "ears"}',
    }
    arguments = ("dub", talk, "--to", "pt", "--from", "en", "--output", folder / "out", *more)
    return run(folder, *map(str, arguments), environment={**WIDE, **chosen, **paid})


def told(done: subprocess.CompletedProcess[str]) -> dict:
    assert done.returncode == 0, done.stderr
    last: dict = json.loads(done.stdout.splitlines()[-1])
    return last


def stages(estimate: dict) -> dict[str, dict]:
    return {stage["stage"]: stage for stage in estimate["stages"]}


def test_an_estimate_tells_units_cost_and_time_and_leaves_nothing_behind(
    talk: Path, tmp_path: Path
) -> None:
    estimate = told(dub(talk, tmp_path, "--estimate", "--json"))
    assert not (tmp_path / "out").exists()
    assert not estimate["characters_are_exact"]
    assert (estimate["price_as_of"], estimate["wall_s"]) == ("2026-03-01", 3)
    by_stage = stages(estimate)
    assert (by_stage["transcribe"]["units"], by_stage["transcribe"]["cost"]) == (9_000, 0.09)
    assert (by_stage["translate"]["cost"], by_stage["diarize"]["cost"]) == (0, 0)
    costs = [stage["cost"] for stage in estimate["stages"]]
    assert estimate["cost"] == pytest.approx(sum(costs))


def test_an_estimate_for_people_says_that_these_are_list_prices(talk: Path, tmp_path: Path) -> None:
    shown = dub(talk, tmp_path, "--estimate").stdout
    for words in ("synthesize", "tone voice", "cost: $", "List prices", "2026-03-01"):
        assert words in shown


def test_with_a_transcript_the_estimate_is_near_what_the_dub_costs(
    talk: Path, tmp_path: Path, lines: Path
) -> None:
    given = ("--transcript", lines, "--json")
    estimate = told(dub(talk, tmp_path, "--estimate", *given))
    assert estimate["characters_are_exact"]
    assert stages(estimate)["transcribe"]["done"]
    done = told(dub(talk, tmp_path, *given))
    assert estimate["cost"] == pytest.approx(done["cost"], rel=0.15)


def test_after_the_dub_nothing_is_left_to_pay(talk: Path, tmp_path: Path) -> None:
    assert told(dub(talk, tmp_path, "--json"))["cost"] > 0
    estimate = told(dub(talk, tmp_path, "--estimate", "--json"))
    assert (estimate["cost"], estimate["wall_s"]) == (0, 0)
    assert told(dub(talk, tmp_path, "--json"))["cost"] == 0


def test_a_cost_limit_stops_the_dub_and_a_higher_one_goes_on(
    talk: Path, tmp_path: Path, lines: Path
) -> None:
    given = ("--transcript", lines, "--json")
    whole = told(dub(talk, tmp_path, *given))["cost"]
    other = tmp_path / "other"
    other.mkdir()
    stopped = dub(talk, other, *given, "--max-cost", "0.15")
    assert stopped.returncode == 11
    assert "--max-cost" in stopped.stderr + stopped.stdout
    rest = told(dub(talk, other, *given, "--max-cost", "5"))["cost"]
    assert whole - 0.15 <= rest < whole


@pytest.mark.parametrize("other", [("--server", "http://127.0.0.1:9"), ()])
def test_an_estimate_needs_the_video_on_this_machine(
    talk: Path, tmp_path: Path, other: tuple[str, ...]
) -> None:
    video = talk if other else "https://example.com/talk.mp4"
    refused = dub(video, tmp_path, "--estimate", *other)
    assert refused.returncode == 4
    assert "`--estimate`" in refused.stderr


def test_a_bad_price_file_is_refused_before_any_work(talk: Path, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "dubwright.toml").write_text('prices = "none.toml"\n')
    refused = subprocess.run(
        [sys.executable, "-m", "dubwright.cli.main", "dub", str(talk), "--to", "pt"],
        capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path / "bad",
    )  # fmt: skip
    assert refused.returncode == 4
    assert "none.toml" in refused.stderr


@pytest.mark.parametrize("amount", ["nan", "inf", "-1", "1e99"])
def test_what_is_no_amount_of_money_is_refused(talk: Path, tmp_path: Path, amount: str) -> None:
    refused = dub(talk, tmp_path, f"--max-cost={amount}")
    assert refused.returncode == 2
    assert "--max-cost" in refused.stderr
    assert "Traceback" not in refused.stderr
