"""Views: the small files that the studio shows a video by, packed for the store."""

from collections.abc import Iterator
from typing import Final

from dubwright.domain.errors import MediaError
from dubwright.domain.language import LanguageTag
from dubwright.jobs.assignments import MadeArtifact, Outcome, ProjectWork
from dubwright.jobs.bench import Bench
from dubwright.jobs.packing import pack_file
from dubwright.pipeline.order import Order
from dubwright.pipeline.results import Dub
from dubwright.pipeline.showing import PEAKS, dub_peaks, dub_sound, poster_of, source_peaks
from dubwright.pipeline.stages import Sitting

POSTER: Final = "poster.jpg"
SOUND: Final = "audio.m4a"


def with_views(outcome: Outcome, bench: Bench) -> Outcome:
    """The outcome with the views of the source, unless the work failed."""
    if outcome.failure is not None:
        return outcome
    sitting = bench.sitting(bench.order(LanguageTag("und")))
    views = tuple(_views_of_source(bench, sitting))
    return outcome.model_copy(update={"artifacts": (*outcome.artifacts, *views)})


def has_views(project: ProjectWork) -> bool:
    """Whether views of the source were made. A video whose picture cannot be shown has no poster."""
    return project.files >= PEAKS.keys()


def views_of_dub(bench: Bench, order: Order, made: Dub) -> tuple[MadeArtifact, ...]:
    """The sound of a finished dub alone, and how it runs; nothing where there is no video."""
    if made.video is None:
        return ()
    sitting, store = bench.sitting(order), bench.means.store
    peaks = (pack_file(store, name, file) for name, file in dub_peaks(sitting, made, made.video))
    return (pack_file(store, SOUND, dub_sound(sitting, made.video)), *peaks)


def _views_of_source(bench: Bench, sitting: Sitting) -> Iterator[MadeArtifact]:
    store = bench.means.store
    for name, file in source_peaks(sitting):
        yield pack_file(store, name, file)
    try:
        yield pack_file(store, POSTER, poster_of(sitting))
    except MediaError as exc:
        # The picture is copied as it is, so a video whose picture cannot be shown is dubbed all the same.
        bench.means.reporter.log(f"there is no poster of this video: {exc.message}")
