"""The engines report to nobody: what a user dubs, and that they do, is theirs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_LOAD_AND_WAIT = """
from pathlib import Path
from dubwright import bootstrap
bootstrap.load_settings()
import faster_whisper.vad, onnxruntime
from huggingface_hub import constants
faster_whisper.vad.get_vad_model()
assert constants.HF_HUB_DISABLE_TELEMETRY
"""


@pytest.mark.engines
def test_loading_an_engine_leaves_no_trace_in_the_home_folder(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    kept = ("PATH", "PYTHONPATH", "LANG")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    subprocess.run(
        [sys.executable, "-c", _LOAD_AND_WAIT],
        env={**environment, "HOME": str(tmp_path)},
        cwd=tmp_path,
        timeout=120,
        check=True,
    )
    assert list(tmp_path.rglob("*")) == []
