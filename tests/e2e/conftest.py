"""A video for the stand-in engines."""

from pathlib import Path

import pytest
from making import make_video


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MP4 of 12 s with four stretches of sound, as the stand-in engines take for speech."""
    return make_video(tmp_path_factory.mktemp("talk") / "talk.mp4", bursts=4)
