"""A project that was dubbed with everything that a dub leaves behind, all of it made up."""

from journeys import (
    EN,
    S1,
    SOURCE,
    SPEAKS,
    Dubbed,
    concluded,
    script,
    speakers,
    started,
    transcribed_project,
    transcript,
)
from starlette.testclient import TestClient

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.quality import HeardLine, QcReport
from dubwright.domain.speech import Script
from dubwright.jobs.assignments import MadeTarget, Outcome
from dubwright.jobs.documents import keep_document
from dubwright.jobs.packing import pack_document
from dubwright.jobs.receipts import Receipt
from dubwright.jobs.service import Service
from dubwright.pipeline.order import Pin

PLACED = Placement(utterance=1, speaker=S1, start_ms=1_000, duration_ms=3_000, speed=1.0)
VOICE = "bm_george"


def spoken_project(
    client: TestClient,
    service: Service,
    *targets: str,
    said: Script | None = None,
    heard: tuple[HeardLine, ...] = (),
    **placed: object,
) -> Dubbed:
    """A project with a German dub of `said`, in which line 1 was placed as told.

    `targets` are further languages, in which nothing was done.
    """
    project = transcribed_project(client, service, "de", *targets)
    operation = started(client, f"/v1/projects/{project}/targets/de:run")
    said = said or script()
    fit = FitReport(
        placements=(
            PLACED.model_copy(update=placed),
            *(PLACED.model_copy(update={"utterance": n, "speaker": SPEAKS[n - 1]}) for n in (2, 3)),
        )
    )
    made = made_target(client, service, project, said).model_copy(
        update={
            "finished": True,
            "receipt_key": keep_document(service.store, receipt(said)),
            "artifacts": (
                pack_document(service.store, "fit.json", fit),
                pack_document(service.store, "script.json", said),
                pack_document(service.store, "qc.json", QcReport(checks=(), heard=heard)),
            ),
        }
    )
    concluded(service, operation, heard_outcome(service, made))
    return Dubbed(project, operation)


def made_target(
    client: TestClient, service: Service, project: str, said: Script, language: str = "de"
) -> MadeTarget:
    """What an operation made of a target as it stands: its script."""
    target = client.get(f"/v1/projects/{project}/targets/{language}").json()
    return MadeTarget(
        id=target["id"],
        revision=target["revision"],
        script_key=keep_document(service.store, said),
    )


def heard_outcome(service: Service, *made: MadeTarget) -> Outcome:
    """An outcome with the lines that the project was transcribed with."""
    return Outcome(
        source=SOURCE,
        source_language=EN,
        lines_key=keep_document(service.store, transcript()),
        speakers_key=keep_document(service.store, speakers()),
        targets=made,
    )


def receipt(said: Script) -> Receipt:
    """How the lines were spoken: all in one voice."""
    pin = Pin(voice=VOICE, asked=1.0, speed=1.0, variant=0)
    return Receipt(
        source_sha256=SOURCE.sha256,
        script=said,
        edited=False,
        spoken={line.id: pin for line in said.utterances},
    )


def with_line(said: Script, number: int, **changes: object) -> Script:
    """A script with one line changed."""
    return said.model_copy(
        update={
            "utterances": tuple(
                line.model_copy(update=changes) if line.id == number else line
                for line in said.utterances
            )
        }
    )
