import dataclasses
from datetime import timedelta
from itertools import count

import pytest
from clients import LOCAL
from journeys import (
    SAID,
    dubbed_project,
    finished_upload,
    new_project,
    script,
    transcribed_project,
)
from sqlalchemy import select
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.tables import Project, Target
from dubwright.jobs.documents import keep_document
from dubwright.jobs.estimating import CHARACTERS_PER_S
from dubwright.jobs.offering import ChosenEngine, RegistryOffers
from dubwright.jobs.receipts import Receipt
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.pipeline.order import Pin

CHOSEN = {
    "speech_to_text": ChosenEngine("scripted"),
    "translator": ChosenEngine("echo"),
    "text_to_speech": ChosenEngine("tone"),
}


@pytest.fixture
def stocked(service):
    """A client of a service with stand-in engines."""
    offering = dataclasses.replace(service, offers=RegistryOffers(CHOSEN))
    with TestClient(create_app(offering, ApiOptions()), base_url=LOCAL) as client:
        yield client


def estimated(client, project):
    answer = client.post(f"/v1/projects/{project}:estimate")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_characters_are_exact_where_there_is_a_transcript(stocked, service):
    estimate = estimated(stocked, transcribed_project(stocked, service, "de", "fr"))
    assert estimate["characters_are_exact"]
    assert estimate["transcribe"]["done"]
    assert estimate["media_minutes"] == 0.33
    for target in estimate["targets"]:
        translate, synthesize = target["stages"]
        assert target["characters"] == sum(map(len, SAID))
        assert (translate["provider"], translate["calls"]) == ("echo", 1)
        assert (synthesize["provider"], synthesize["calls"]) == ("tone", 3)
    assert estimate["cost"] == 0
    assert estimate["wall_s"] == sum(target["wall_s"] for target in estimate["targets"])


def test_nothing_is_worked_on(stocked, service, engine):
    project = transcribed_project(stocked, service, "de")
    before = stocked.get(f"/v1/projects/{project}").json(), list(engine.submitted)
    estimated(stocked, project)
    assert (stocked.get(f"/v1/projects/{project}").json(), engine.submitted) == before


def test_what_is_done_costs_nothing(stocked, service):
    estimate = estimated(stocked, dubbed_project(stocked, service).id)
    [target] = estimate["targets"]
    assert all(stage["done"] and stage["calls"] == 0 for stage in target["stages"])
    assert (estimate["wall_s"], estimate["cost"]) == (0, 0)


def test_an_engine_of_others_has_an_unknown_cost(service):
    foreign = [
        one.model_copy(update={"package": "dub-cloud"}) if one.name == "tone" else one
        for one in RegistryOffers(CHOSEN).providers()
    ]

    class CloudOffers(RegistryOffers):
        def providers(self):
            return tuple(foreign)

    offering = dataclasses.replace(service, offers=CloudOffers(CHOSEN))
    with TestClient(create_app(offering, ApiOptions()), base_url=LOCAL) as client:
        estimate = estimated(client, transcribed_project(client, service, "de"))
    assert estimate["cost"] is None
    assert [stage["cost"] for stage in estimate["targets"][0]["stages"]] == [0, None]


def test_earlier_runs_of_the_account_tell_how_long_the_next_one_takes(service):
    ticks = count()
    began = service.now()
    slow = dataclasses.replace(service, now=lambda: began + timedelta(seconds=next(ticks)))
    with TestClient(create_app(slow, ApiOptions()), base_url=LOCAL) as client:
        before = estimated(client, transcribed_project(client, slow, "de"))
        dubbed_project(client, slow)
        after = estimated(client, transcribed_project(client, slow, "de"))
    assert (before["from_history"], before["real_time_factor"]) == (False, 0.3)
    assert after["from_history"]
    assert after["real_time_factor"] != 0.3


def test_before_the_transcript_a_stated_rate_counts(stocked, service, tmp_path):
    path = tmp_path / "talk.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=6"]
    Ffmpeg(None).run([*picture, str(path)], timeout_s=60)
    upload = finished_upload(service, path.read_bytes())
    asked = {"upload": upload, "targets": ["de"]}
    estimate = estimated(stocked, stocked.post("/v1/projects", json=asked).json()["id"])
    assert estimate["media_minutes"] == 0.1
    assert not estimate["characters_are_exact"]
    assert estimate["transcribe"]["units"] == 6_000
    assert estimate["targets"][0]["characters"] == 6 * CHARACTERS_PER_S == 72
    assert estimate["wall_s"] == round(6 * 0.3 * 0.65) + round(6 * 0.3 * 0.35)


def test_a_file_that_is_no_video_has_no_estimate(stocked, service):
    project = new_project(stocked, service, "de")
    answer = stocked.post(f"/v1/projects/{project}:estimate")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_the_length_of_a_video_that_lies_elsewhere_is_looked_up_first(service, stocked):
    project = new_project(stocked, service, "de")
    with service.database.writing() as session:
        session.get(Project, project).source_key = "sources/elsewhere"
    answer = stocked.post(f"/v1/projects/{project}:estimate")
    assert answer.status_code == 409
    assert ":ingest" in answer.json()["hint"]


def test_only_the_lines_that_changed_are_spoken_again(stocked, service):
    dubbed = dubbed_project(stocked, service)
    pins = {n: Pin(voice="high", asked=1.0, speed=1.0, variant=0) for n in (1, 2, 3)}
    receipt = Receipt(source_sha256="ab" * 32, script=script(), edited=False, spoken=pins)
    with service.database.writing() as session:
        target = session.scalars(select(Target)).one()
        target.receipt_key = keep_document(service.store, receipt)
    line = f"{dubbed.target_url}/utterances/2"
    stocked.patch(line, json={"target_text": "Neu."}, headers={"If-Match": "*"})
    translate, synthesize = estimated(stocked, dubbed.id)["targets"][0]["stages"]
    assert (translate["done"], synthesize["calls"], synthesize["units"]) == (True, 1, len("Neu."))
    stocked.patch(dubbed.target_url, json={"voices": {"S1": "low"}}, headers={"If-Match": "*"})
    [target] = estimated(stocked, dubbed.id)["targets"]
    assert target["stages"][1]["calls"] == 2
