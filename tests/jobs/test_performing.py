"""The worker's side of an operation, without a database: what it makes and how it fails."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dubwright import bootstrap
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Lines, Script
from dubwright.jobs.assignments import Assignment, Outcome, ProjectWork, TargetWork
from dubwright.jobs.documents import read_document
from dubwright.jobs.performing import Means, perform
from dubwright.jobs.reporting import Reporter
from dubwright.media.probe import ProbeLimits
from dubwright.settings import load_settings
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner
from dubwright.testing.stand_ins import STAND_INS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from making import make_video  # it lies beside the end-to-end tests

PT, ES = LanguageTag("pt"), LanguageTag("es")
KEY = "sources/" + "a" * 64


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("talk") / "talk.mp4", bursts=3)


@pytest.fixture
def store(tmp_path: Path) -> LocalObjectStore:
    return LocalObjectStore(tmp_path / "objects", UrlSigner(b"s" * 32))


Perform = Callable[..., Outcome]


@pytest.fixture
def performed(store: LocalObjectStore, tmp_path: Path) -> Perform:
    """Performs an operation of a kind on a project; `told` takes what the worker says."""
    settings = load_settings()
    (tmp_path / "scratch").mkdir()

    def run(kind: str, project: ProjectWork, *targets: TargetWork, told: list[str]) -> Outcome:
        reporter = Reporter(told.append)
        means = Means(
            tools=lambda chosen: bootstrap.build_tools(
                settings, chosen=chosen, observe=reporter.call
            ),
            store=store,
            scratch=tmp_path / "scratch",
            workers=2,
            limits=ProbeLimits(),
            reporter=reporter,
            is_cancelled=lambda: False,
        )
        assignment = Assignment(
            operation="op_1", attempt=1, kind=kind, project=project, targets=targets
        )
        return perform(assignment, means)

    return run


def project(**known: object) -> ProjectWork:
    start = {"id": "prj_1", "revision": 1, "source_key": KEY, "file_name": "My talk.mp4"}
    return ProjectWork.model_validate({**start, "engines": STAND_INS, **known})


def target(language: LanguageTag, **known: object) -> TargetWork:
    start = {"id": f"tgt_{language}", "language": language, "revision": 1}
    return TargetWork.model_validate({**start, **known})


def spoken(told: list[str]) -> int:
    return sum('"call":"synthesize"' in news for news in told)


def test_a_run_makes_everything_of_a_target(
    performed: Perform, store: LocalObjectStore, talk: Path
) -> None:
    store.put(KEY, talk)
    outcome = performed("run", project(source_language="en"), target(PT), told=[])
    assert outcome.failure is None
    (made,) = outcome.targets
    assert made.finished
    names = {artifact.name for artifact in made.artifacts}
    assert {"video.mp4", "qc.json", "fit.json", "script.json", "subtitles.pt.srt"} <= names
    assert outcome.lines_key is not None
    assert len(read_document(store, Lines, outcome.lines_key).utterances) > 0


def test_an_edited_line_alone_is_spoken_again(
    performed: Perform, store: LocalObjectStore, talk: Path
) -> None:
    store.put(KEY, talk)
    first = performed("run", project(source_language="en"), target(PT), told=[])
    (made,) = first.targets
    script = read_document(store, Script, made.script_key or "")
    changed = script.utterances[1].model_copy(
        update={"target_text": "Outra coisa.", "variants": ()}
    )
    lines = tuple(changed if one.id == changed.id else one for one in script.utterances)
    edited = script.model_copy(update={"utterances": lines})
    (store.folder.parent / "edited.json").write_text(edited.model_dump_json())
    store.put("documents/edited.json", store.folder.parent / "edited.json")
    told: list[str] = []
    again = performed(
        "run",
        project(source=first.source, source_language="en", lines_key=first.lines_key),
        target(PT, script_key="documents/edited.json", receipt_key=made.receipt_key),
        told=told,
    )
    assert again.failure is None
    assert spoken(told) == 1


def test_a_target_that_fails_leaves_the_others(
    performed: Perform, store: LocalObjectStore, talk: Path
) -> None:
    store.put(KEY, talk)
    nobody_speaks_it = LanguageTag("fi")
    outcome = performed(
        "run", project(source_language="en"), target(nobody_speaks_it), target(ES), told=[]
    )
    assert outcome.failure is not None
    assert outcome.failure.code == "invalid_input"
    assert [made.finished for made in outcome.targets] == [False, True]


def test_a_failure_names_the_file_as_its_owner_does(
    performed: Perform, store: LocalObjectStore, tmp_path: Path
) -> None:
    (tmp_path / "junk").write_bytes(b"this is no video" * 100)
    store.put(KEY, tmp_path / "junk")
    outcome = performed("ingest", project(), told=[])
    assert outcome.failure is not None
    assert "'My talk.mp4'" in outcome.failure.message
    assert "a" * 64 not in outcome.failure.message
