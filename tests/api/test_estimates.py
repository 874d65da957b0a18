import dataclasses
from datetime import timedelta
from itertools import count

import pytest
from clients import LOCAL
from journeys import (
    SAID,
    SOURCE,
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
from dubwright.domain.pricing import PriceList, parse_prices
from dubwright.jobs.documents import keep_document
from dubwright.jobs.offering import ChosenEngine, RegistryOffers
from dubwright.jobs.receipts import Receipt
from dubwright.jobs.text_lengths import CHARACTERS_PER_S
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.pipeline.order import Pin

CHOSEN = {
    "speech_to_text": ChosenEngine("scripted"),
    "translator": ChosenEngine("echo"),
    "text_to_speech": ChosenEngine("tone"),
    "diarizer": ChosenEngine("solo"),
}


PAID = {
    "speech_to_text": ChosenEngine("scripted", {"product": "ears"}),
    "translator": ChosenEngine("echo", {"product": "words"}),
    "text_to_speech": ChosenEngine("tone", {"product": "voice"}),
    "diarizer": ChosenEngine("solo"),
}
PRICES = """
as_of = 2026-03-01
source = "tests"
[[price]]
provider = "scripted"
product = "ears"
per_minute = 0.6
[[price]]
provider = "echo"
product = "words"
per_million_characters = 10
bills_output = true
[[price]]
provider = "tone"
product = "voice"
per_million_characters = 30
"""


def priced_client(service, **options):
    prices = parse_prices(PRICES, name="tests").over(PriceList())
    options = dataclasses.replace(service.options, prices=prices, **options)
    offering = dataclasses.replace(service, offers=RegistryOffers(PAID), options=options)
    return TestClient(create_app(offering, ApiOptions()), base_url=LOCAL)


@pytest.fixture
def priced(service):
    """A client of a service whose stand-in engines charge."""
    with priced_client(service) as client:
        yield client


@pytest.fixture
def priced_checker(service):
    """The same, and the paid recogniser hears the dubs back."""
    with priced_client(service, checker=PAID["speech_to_text"]) as client:
        yield client


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
    estimate = estimated(stocked, transcribed_project(stocked, service, "de", "es"))
    assert estimate["characters_are_exact"]
    assert [stage["done"] for stage in estimate["stages"]] == [True, True]
    assert estimate["media_minutes"] == 0.33
    said = sum(map(len, SAID))
    for target, growth in zip(estimate["targets"], (1.16, 1.04), strict=True):
        translate, synthesize, hear_back = target["stages"]
        assert target["characters"] == pytest.approx(said * growth, abs=2)
        assert (translate["provider"], translate["calls"]) == ("echo", 1)
        assert translate["units"] == said
        assert (synthesize["provider"], synthesize["calls"]) == ("tone", 3)
        assert (hear_back["provider"], hear_back["unit"]) == ("scripted", "ms")
    assert (estimate["cost"], estimate["price_as_of"]) == (0, None)
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


def test_paid_engines_are_quoted_from_the_price_list(priced, service):
    estimate = estimated(priced, transcribed_project(priced, service, "de"))
    translate, synthesize, hear_back = estimate["targets"][0]["stages"]
    said = sum(map(len, SAID))
    assert translate["units"] == pytest.approx(2.16 * said, abs=1)
    assert translate["cost"] == pytest.approx(translate["units"] * 10 / 1e6)
    assert synthesize["product"] == "voice"
    assert synthesize["cost"] == pytest.approx(synthesize["units"] * 30 / 1e6)
    assert (hear_back["provider"], hear_back["cost"]) == ("whisper", 0)
    assert estimate["cost"] == pytest.approx(translate["cost"] + synthesize["cost"], abs=1e-6)
    assert estimate["price_as_of"] == "2026-03-01"
    assert "List prices" in estimate["prices"]


def test_hearing_back_is_quoted_where_a_paid_engine_is_set_for_it(priced_checker, service):
    estimate = estimated(priced_checker, transcribed_project(priced_checker, service, "de"))
    hear_back = estimate["targets"][0]["stages"][-1]
    assert hear_back["product"] == "ears"
    assert hear_back["cost"] == pytest.approx(-(-hear_back["units"] // 1000) / 60 * 0.6, abs=1e-6)


def test_a_paid_recogniser_hears_the_whole_video_and_tells_the_language_first(priced, service):
    project = new_project(priced, service, "de")
    with service.database.writing() as session:
        session.get(Project, project).source = SOURCE
    transcribe, diarize = estimated(priced, project)["stages"]
    assert (transcribe["calls"], transcribe["units"]) == (2, 2 * SOURCE.duration_ms)
    assert transcribe["cost"] == 0.4
    assert (diarize["product"], diarize["cost"]) == ("", 0)


def test_a_product_that_is_not_in_the_list_has_an_unknown_cost(service):
    chosen = CHOSEN | {"text_to_speech": ChosenEngine("tone", {"product": "new"})}
    offering = dataclasses.replace(service, offers=RegistryOffers(chosen))
    with TestClient(create_app(offering, ApiOptions()), base_url=LOCAL) as client:
        estimate = estimated(client, transcribed_project(client, service, "de"))
    assert estimate["cost"] is None
    assert [stage["cost"] for stage in estimate["targets"][0]["stages"]] == [0, None, 0]


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
    assert estimate["stages"][0]["units"] == 6_000
    assert estimate["targets"][0]["characters"] == round(6 * CHARACTERS_PER_S * 1.16)
    assert estimate["wall_s"] == round(6 * 0.3 * 0.65) + round(6 * 0.3 * 0.35)


def test_a_file_that_is_no_video_has_no_estimate(stocked, service):
    project = new_project(stocked, service, "de")
    answer = stocked.post(f"/v1/projects/{project}:estimate")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_a_video_that_is_not_kept_any_more_has_no_estimate(service, stocked):
    project = new_project(stocked, service, "de")
    with service.database.writing() as session:
        session.get(Project, project).source_key = "sources/elsewhere"
    answer = stocked.post(f"/v1/projects/{project}:estimate")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("locked", "translated_again"), [(True, 0), (False, 1)])
def test_a_locked_line_is_not_translated_again(stocked, service, locked, translated_again):
    dubbed = dubbed_project(stocked, service)
    any_revision = {"If-Match": "*"}
    for number in (1, 2):
        line = f"{dubbed.target_url}/utterances/{number}"
        written = {"target_text": "Neu.", "locked": locked or number == 2}
        assert stocked.patch(line, json=written, headers=any_revision).status_code == 200
    segment = f"/v1/projects/{dubbed.id}/transcript/segments/1"
    corrected = stocked.patch(segment, json={"text": "Quite new."}, headers=any_revision)
    assert corrected.status_code == 200
    translate = estimated(stocked, dubbed.id)["targets"][0]["stages"][0]
    assert translate["calls"] == translated_again


def test_only_the_lines_that_changed_are_spoken_again(stocked, service):
    dubbed = dubbed_project(stocked, service)
    pins = {n: Pin(voice="high", asked=1.0, speed=1.0, variant=0) for n in (1, 2, 3)}
    receipt = Receipt(source_sha256="ab" * 32, script=script(), edited=False, spoken=pins)
    with service.database.writing() as session:
        target = session.scalars(select(Target)).one()
        target.receipt_key = keep_document(service.store, receipt)
    line = f"{dubbed.target_url}/utterances/2"
    stocked.patch(line, json={"target_text": "Neu."}, headers={"If-Match": "*"})
    translate, synthesize, hear_back = estimated(stocked, dubbed.id)["targets"][0]["stages"]
    assert (hear_back["calls"], hear_back["units"]) == (1, 4_300)
    assert (translate["done"], synthesize["calls"], synthesize["units"]) == (True, 1, len("Neu."))
    stocked.patch(dubbed.target_url, json={"voices": {"S1": "low"}}, headers={"If-Match": "*"})
    [target] = estimated(stocked, dubbed.id)["targets"]
    assert target["stages"][1]["calls"] == 2
