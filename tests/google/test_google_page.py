"""The page docs/google-doubles.md does what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dubwright.testing.google import failures

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "google-doubles.md"
NAMED_BLOCK = re.compile(r"```python\n# (?P<file>\S+)\n(?P<text>.*?)```", re.DOTALL)
BARE_BLOCK = re.compile(r"```python\n(?P<text>[^#].*?)```", re.DOTALL)


def test_the_tests_on_the_page_pass(tmp_path):
    pytest.importorskip("google.cloud.texttospeech_v1")
    for block in NAMED_BLOCK.finditer(PAGE.read_text()):
        (tmp_path / block["file"]).write_text(block["text"])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_example_of_quotas_works():
    blocks = BARE_BLOCK.findall(PAGE.read_text())
    assert len(blocks) == 1
    names: dict[str, object] = {}
    exec(blocks[0], names)  # noqa: S102  # the page is ours
    assert names["conduct"].latencies["TextToSpeech/SynthesizeSpeech"] > 0


def test_every_failure_is_on_the_page():
    made = {
        name
        for name, value in vars(failures).items()
        if getattr(value, "__module__", "") == failures.__name__ and not name.startswith("_")
    }
    told = made - {"Refusal", "Refused", "broken", "not_found"}
    assert {name for name in told if f"`{name}(" not in PAGE.read_text()} == set()


def test_the_demo_is_a_target_of_the_makefile():
    assert "\ndub-google-demo: " in (ROOT / "Makefile").read_text()
