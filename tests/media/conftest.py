import importlib.util
import shutil
from pathlib import Path

import pytest
from footage import Footage

from dubwright.media.ffmpeg import Ffmpeg


def _programs() -> list[object]:
    """The system's ffmpeg and the packaged one: the toolbox promises the same of both."""
    found: list[object] = []
    if system := shutil.which("ffmpeg"):
        found.append(pytest.param(Path(system), id="system"))
    if importlib.util.find_spec("imageio_ffmpeg"):
        import imageio_ffmpeg

        found.append(pytest.param(Path(imageio_ffmpeg.get_ffmpeg_exe()), id="packaged"))
    return found


@pytest.fixture(scope="session", params=_programs())
def each_ffmpeg(request: pytest.FixtureRequest) -> Ffmpeg:
    """For what the two programs could do differently."""
    return Ffmpeg(request.param)


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    return Ffmpeg()


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    return Footage(tmp_path_factory.mktemp("footage"), Ffmpeg())


@pytest.fixture(scope="session")
def plain_video(footage: Footage) -> Path:
    return footage.video("plain.mp4", "-c:v", "libx264", "-c:a", "aac", "-movflags", "+faststart")
