"""A worker's side without a service: it performs operations with stand-in engines, in a folder."""

import shutil
import subprocess
from pathlib import Path

from dubwright import bootstrap
from dubwright.domain.job import OperationKind
from dubwright.jobs.assignments import (
    Assignment,
    MadeArtifact,
    Outcome,
    ProjectWork,
    TargetWork,
)
from dubwright.jobs.performing import Means, perform
from dubwright.jobs.reporting import Reporter
from dubwright.media.probe import ProbeLimits
from dubwright.settings import load_settings
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner
from dubwright.testing.stand_ins import STAND_INS

SOURCE_KEY = "sources/" + "b" * 64
# What ffmpeg encodes a webm with, as quickly as it can.
WEBM = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]


class Workbench:
    """Performs operations on one source; `told` is what the worker said since it was emptied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.store = LocalObjectStore(folder / "objects", UrlSigner(b"s" * 32))
        self.told: list[str] = []
        self.is_cancelled = False
        self._scratch = folder / "scratch"

    def copied(self, folder: Path) -> "Workbench":
        """Another one that finds all that was made here."""
        for name in ("objects", "scratch"):
            shutil.copytree(self._folder / name, folder / name)
        return Workbench(folder)

    def take(self, video: Path) -> None:
        """Have this video as the source."""
        self.store.put(SOURCE_KEY, video)

    def perform(self, kind: OperationKind, project: ProjectWork, *targets: TargetWork) -> Outcome:
        """Do an operation here and now."""
        reporter = Reporter(self.told.append)
        means = Means(
            tools=lambda chosen: bootstrap.build_tools(
                load_settings(), chosen=chosen, observe=reporter.call
            ),
            store=self.store,
            scratch=self._scratch,
            workers=2,
            limits=ProbeLimits(),
            reporter=reporter,
            is_cancelled=lambda: self.is_cancelled,
        )
        asked = Assignment(operation="op_1", attempt=1, kind=kind, project=project, targets=targets)
        return perform(asked, means)

    def lines_spoken(self) -> int:
        """How many takes an engine was asked for."""
        return sum('"call":"synthesize"' in news for news in self.told)

    def file(self, artifact: MadeArtifact) -> Path:
        """Where an artifact lies."""
        path = self.store.local_path(artifact.object_key)
        assert path is not None
        return path


def project(**known: object) -> ProjectWork:
    """An English project with stand-in engines."""
    start = {"id": "prj_1", "revision": 1, "source_key": SOURCE_KEY, "file_name": "My talk.mp4"}
    more = {"engines": STAND_INS, "source_language": "en"}
    return ProjectWork.model_validate({**start, **more, **known})


def target(language: str, **known: object) -> TargetWork:
    """A target of it."""
    start = {"id": f"tgt_{language}", "language": language, "revision": 1}
    return TargetWork.model_validate({**start, **known})


def named(artifacts: tuple[MadeArtifact, ...]) -> dict[str, MadeArtifact]:
    """Artifacts by name."""
    return {one.name: one for one in artifacts}


def film(to: Path, *arguments: str) -> Path:
    """A video that ffmpeg makes."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, str(to)], check=True, timeout=60)
    return to


def talk_over_noise(to: Path, *, bursts: int, noise_db: float) -> Path:
    """Every three seconds a second and a half of tone, and a noise that never ends."""
    loud = 10 ** (noise_db / 20) * 3**0.5
    tone = "0.2*sin(2*PI*220*t)*lt(mod(t,3),1.6)*gt(mod(t,3),0.4)"
    sound = f"{tone}+{loud:.6f}*(2*random(0)-1)"
    seconds = 3 * bursts
    return film(
        to,
        *("-f", "lavfi", "-i", f"testsrc2=d={seconds}:s=160x90:r=25"),
        *("-f", "lavfi", "-i", f"aevalsrc='{sound}':d={seconds}:s=48000"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    )
