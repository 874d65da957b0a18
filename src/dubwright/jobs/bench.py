"""One project on a worker's bench: its video, what was asked of it, and the means to do it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.job import Failure
from dubwright.domain.language import LanguageTag
from dubwright.domain.media import Source
from dubwright.domain.speech import Lines
from dubwright.jobs.assignments import ProjectWork
from dubwright.jobs.documents import read_document
from dubwright.jobs.fetching_source import Captions
from dubwright.jobs.reporting import Reporter
from dubwright.media.probe import ProbeLimits
from dubwright.pipeline import stages
from dubwright.pipeline.order import Bed, Order
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.workspace import StoreWorkspace
from dubwright.ports.object_store import ObjectStore
from dubwright.sources.fetching import LinkFetcher


@dataclass(frozen=True, slots=True)
class Means:
    """What an operation is performed with. `tools` builds the engines named by kind.

    `links` fetches the videos of links; None: this worker does not.
    """

    tools: Callable[[Mapping[str, str]], Tools]
    store: ObjectStore
    scratch: Path
    workers: int
    limits: ProbeLimits
    reporter: Reporter
    is_cancelled: Callable[[], bool]
    links: LinkFetcher | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """One project on a worker's bench."""

    video: Path
    source: Source
    project: ProjectWork
    tools: Tools
    run: Runner
    means: Means
    workspace: StoreWorkspace

    def sitting(self, order: Order) -> stages.Sitting:
        """The bench with one order on it."""
        return stages.Sitting(self.video, self.source, order, self.tools, self.run)

    def lines(self) -> Lines | None:
        """What is said, if that is known."""
        key = self.project.lines_key
        return read_document(self.means.store, Lines, key) if key else None

    def order(self, target: LanguageTag) -> Order:
        """What was asked for, but for the script."""
        captions, project = self._captions(), self.project
        return Order(
            target_language=target,
            source_language=project.source_language or (captions and captions.language),
            speakers=project.speakers,
            keep_background=project.keep_background,
            bed=Bed(background_db=project.background_db, voice_over=project.voice_over),
            transcript=captions.cues if captions else (),
        )

    def _captions(self) -> Captions | None:
        """What is said as the video's uploader wrote it, unless it was written down here since."""
        key = self.project.captions_key
        if key is None or self.project.lines_key is not None:
            return None
        return read_document(self.means.store, Captions, key)


def as_people_know_it(failure: Failure, project: ProjectWork | None) -> Failure:
    """The store's name of the source is told as the name that its file came with."""
    if project is None or project.source_key is None:
        return failure
    stored = project.source_key.rsplit("/", 1)[-1]
    told = failure.message.replace(repr(stored), repr(project.file_name))
    return failure.model_copy(update={"message": told})
