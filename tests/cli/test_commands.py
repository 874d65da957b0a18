"""The commands as people and scripts run them: what they print, and how they end."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import dubwright
from dubwright import registry
from dubwright.catalogue import entries
from dubwright.testing.stand_ins import STAND_INS

COMMANDS = ["dub", "qc", "providers", "doctor", "models"]


def run(
    *arguments: str | Path, folder: Path | None = None, **others: str
) -> subprocess.CompletedProcess[str]:
    """The command, with the stand-in engines or `others` set as an operator would."""
    engines = {**STAND_INS, **others}
    chosen = {f"DUBWRIGHT_{kind.upper()}__PROVIDER": name for kind, name in engines.items()}
    return subprocess.run(
        [sys.executable, "-m", "dubwright.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
        env={**os.environ, **chosen, "COLUMNS": "160"},
    )


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MP4 of 6 s with two stretches of sound, as the stand-in engines take for speech."""
    video = tmp_path_factory.mktemp("talk") / "talk.mp4"
    sound = "0.3*sin(2*PI*220*t)*lt(mod(t,3),1.6)*gt(mod(t,3),0.4)"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=d=6:s=160x90:r=25"),
            *("-f", "lavfi", "-i", f"aevalsrc='{sound}':d=6:s=48000"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(video)),
        ],
        check=True,
        timeout=60,
    )
    return video


@pytest.fixture(scope="module")
def made(talk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dub of the talk."""
    output = tmp_path_factory.mktemp("made")
    done = run("dub", talk, "--to", "pt", "--from", "en", "--output", output, "--quiet")
    assert done.returncode == 0, done.stderr
    return output / "talk.pt" / "talk.pt.mp4"


@pytest.fixture
def dub(made: Path, tmp_path: Path) -> Path:
    """A dub in a folder of its own, which a test may change."""
    shutil.copytree(made.parent, tmp_path / "talk.pt")
    return tmp_path / "talk.pt" / made.name


def checks(report: str) -> dict[str, bool]:
    return {check["name"]: check["passed"] for check in json.loads(report)["checks"]}


def change(path: Path, edit: Callable[[dict], None]) -> None:
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))


def test_the_version_is_that_of_the_package():
    assert run("--version").stdout == f"dubwright {dubwright.__version__}\n"


def test_help_names_every_command():
    done = run("--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in COMMANDS)


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (["dub"], ["--to", "--from", "--transcript", "--background", "--quiet"]),
        (["qc"], ["--against", "--json"]),
        (["providers"], ["--json"]),
        (["doctor"], ["missing"]),
        (["models"], ["list", "verify", "prepare", "fetch"]),
    ],
)
def test_every_command_has_a_help_page(command, named):
    done = run(*command, "--help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in named)


def test_an_option_that_does_not_exist_is_a_usage_error():
    done = run("dub", "talk.mp4", "--to", "pt", "--loudly")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--loudly" in done.stderr


def test_providers_are_listed_with_their_state_for_people():
    done = run("providers")
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["text_to_speech", "tone", "dubwright", dubwright.__version__, "ready"] in lines


def test_providers_are_listed_with_their_options_for_programs():
    found = json.loads(run("providers", "--json").stdout)
    assert {(one["kind"], one["name"]) for one in found} >= set(STAND_INS.items())
    assert {one["kind"] for one in found} == set(registry.KINDS)
    tone = next(one for one in found if one["name"] == "tone")
    assert "ms_per_character" in json.dumps(tone)


KEYLESS = """
from dubwright.domain.errors import ProviderNotReady
from dubwright.ports import ProviderOptions
class Keyless:
    name, Options, fingerprint = "keyless", ProviderOptions, "1"
    def __init__(self, options): ...
    def check(self):
        raise ProviderNotReady("no key", provider="keyless", hint="run `pip install keyless[key]`")
"""


@pytest.fixture
def keyless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed translator that is not ready."""
    (tmp_path / "keyless_plugin.py").write_text(KEYLESS)
    facts = tmp_path / "keyless-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: keyless\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        "[dubwright.translator]\nkeyless = keyless_plugin:Keyless\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


@pytest.mark.usefixtures("keyless")
def test_a_remedy_is_shown_whole_with_its_brackets():
    (line,) = [one for one in run("providers").stdout.splitlines() if "keyless" in one]
    assert "no key; run `pip install keyless[key]`" in line


@pytest.mark.usefixtures("keyless")
def test_doctor_ends_with_the_engine_that_is_not_ready_and_its_remedy():
    done = run("doctor", translator="keyless")
    assert done.returncode == 6
    assert "✗ translator: keyless: no key → run `pip install keyless[key]`" in done.stdout
    assert "✓ text_to_speech: tone" in done.stdout
    assert done.stderr.splitlines()[1] == "→ run `pip install keyless[key]`"


def test_models_are_listed_with_size_and_licence():
    found = json.loads(run("models", "list", "--json").stdout)
    assert [one["id"] for one in found] == [entry.id for entry in entries()]
    assert all(one["licence"] and one["size_bytes"] > 0 for one in found)
    shown = run("models", "list").stdout
    assert all(entry.id in shown for entry in entries())


def test_doctor_finds_everything_that_stand_ins_need():
    done = run("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "✗" not in done.stdout
    assert all(f"✓ {kind}: {name}" in done.stdout for kind, name in STAND_INS.items())


def test_doctor_says_what_is_missing_and_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("DUBWRIGHT_FFMPEG", str(tmp_path / "no-ffmpeg"))
    done = run("doctor")
    assert done.returncode not in (0, 1, 2)
    assert "✗ ffmpeg" in done.stdout
    assert "→" in done.stdout


@pytest.mark.parametrize("command", [["dub", "gone.mp4", "--to", "pt"], ["qc", "gone.mp4"]])
def test_a_file_that_is_not_there_is_named_with_the_next_step(tmp_path, command):
    done = run(*command, folder=tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.splitlines() == [
        "not_found: there is no file 'gone.mp4'",
        "→ give the path of a video file",
    ]
    assert list(tmp_path.iterdir()) == []


def test_programs_get_a_failure_as_json(tmp_path):
    done = run("dub", "gone.mp4", "--to", "pt", "--json", folder=tmp_path)
    assert (done.returncode, done.stderr) == (4, "")
    assert json.loads(done.stdout) == {
        "event": "failed",
        "code": "not_found",
        "message": "there is no file 'gone.mp4'",
        "hint": "give the path of a video file",
    }


def test_a_file_that_is_no_video_is_refused(tmp_path):
    (tmp_path / "notes.mp4").write_text("not a video")
    done = run("dub", "notes.mp4", "--to", "pt", folder=tmp_path)
    assert done.returncode == 4
    assert "→" in done.stderr


def test_a_dub_ends_with_where_it_lies_whatever_the_video_is_called(talk, tmp_path):
    video = shutil.copy(talk, tmp_path / "[b]talk.mp4")
    done = run("dub", video, "--to", "pt", "--from", "en", "--quiet", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    assert last == "dubbed/[b]talk.pt/[b]talk.pt.mp4"
    assert (tmp_path / last).is_file()


def test_a_dub_alone_is_measured_with_the_fit_beside_it(dub):
    done = run("qc", dub, "--json")
    assert done.returncode == 0, done.stderr
    assert set(checks(done.stdout)) == {
        *("overlap within a speaker", "speech cut", "fastest line", "lines at ≤ 1.20×"),
        *("onset error p50", "onset error p95", "true peak", "word errors heard back"),
        "lines by fallback engines",
    }


def test_a_dub_is_measured_against_its_source(dub, talk):
    done = run("qc", dub, "--against", talk, "--json")
    assert done.returncode == 0, done.stderr
    assert checks(done.stdout) | {"word errors heard back": False} == {
        **checks(run("qc", dub, "--json").stdout),
        "length against the source": True,
        "picture packets changed": True,
        "loudness against the source": True,
        "bed between lines": True,
        "speech inside its slots": True,
    }


def test_a_dub_of_another_source_is_not_the_dub_of_this_one(dub, talk, tmp_path):
    other = tmp_path / "shorter.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-t", "4", "-i", talk, "-c", "copy", other],
        check=True,
        timeout=60,
    )
    done = run("qc", dub, "--against", other)
    assert done.returncode == 10
    assert "length against the source" in done.stderr
    assert "picture packets changed" in done.stderr


def test_a_video_without_a_fit_beside_it_is_measured_as_far_as_it_goes(talk):
    done = run("qc", talk, "--json")
    assert (done.returncode, checks(done.stdout)) == (0, {"true peak": True})


def test_a_fit_that_breaks_a_hard_rule_fails(dub):
    def overlap(fit: dict) -> None:
        fit["placements"][1]["start_ms"] = fit["placements"][0]["start_ms"] + 1

    change(dub.with_name("fit.json"), overlap)
    done = run("qc", dub)
    assert done.returncode == 10
    assert "✗  overlap within a speaker" in done.stdout
    assert done.stderr.startswith("quality_failed: 'talk.pt.mp4' breaks 1 hard rules: overlap")


def test_a_script_edited_since_does_not_change_what_was_spoken(dub):
    change(dub.with_name("script.json"), lambda script: script.pop("utterances"))
    assert run("qc", dub).returncode == 0


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("fit.json", lambda fit: fit.pop("placements")),
        ("fit.json", lambda fit: fit["placements"][0].update(variant=99)),
        (".receipt.json", lambda receipt: receipt.pop("script")),
    ],
    ids=["no fit", "a wording that is not in the script", "no receipt"],
)
def test_what_lies_beside_a_dub_and_does_not_fit_it_is_named(dub, name, spoilt):
    change(dub.with_name(name), spoilt)
    done = run("qc", dub)
    assert done.returncode == 4, done.stderr
    assert name in done.stderr
    assert "→" in done.stderr


def test_ctrl_c_ends_the_wait_for_a_turn(talk: Path, tmp_path: Path) -> None:
    chosen = {f"DUBWRIGHT_{kind.upper()}__PROVIDER": name for kind, name in STAND_INS.items()}
    limited = {"DUBWRIGHT_TEXT_TO_SPEECH__CALLS_PER_MINUTE": "0.1"}
    arguments = ("dub", str(talk), "--to", "pt", "--from", "en", "--json")
    with subprocess.Popen(
        [sys.executable, "-m", "dubwright.cli.main", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, **chosen, **limited},
    ) as doing:
        assert doing.stdout is not None
        for line in doing.stdout:
            told = json.loads(line)
            if (told["stage"], told["done"]) == ("speak", 1):
                break
        stopped_at = time.monotonic()
        doing.send_signal(signal.SIGINT)
        rest = doing.stdout.read().splitlines()
        assert doing.wait(30) == 130
    assert time.monotonic() - stopped_at < 2.0
    assert json.loads(rest[-1])["code"] == "cancelled"
