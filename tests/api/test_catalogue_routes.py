import dataclasses

import pytest
from clients import LOCAL
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.jobs.offering import ChosenEngine, RegistryOffers

CHOSEN = {
    "speech_to_text": ChosenEngine("scripted", {"languages": ["en"]}),
    "translator": ChosenEngine("echo", {"languages": ["en", "de", "pt"]}),
    "text_to_speech": ChosenEngine("tone", {"languages": ["de", "pt"]}),
}


@pytest.fixture
def stocked(service):
    """A client of a service with stand-in engines."""
    offering = dataclasses.replace(service, offers=RegistryOffers(CHOSEN))
    with TestClient(create_app(offering, ApiOptions()), base_url=LOCAL) as client:
        yield client


def test_languages_are_those_of_the_chosen_engines(stocked):
    languages = stocked.get("/v1/languages").json()
    assert languages["heard"] == ["en"]
    assert {"source": "en", "target": "de"} in languages["translated"]
    assert set(languages["spoken"]) == {"de", "pt"}


def test_voices_are_those_of_a_language(stocked):
    voices = stocked.get("/v1/voices", params={"language": "pt_br"}).json()["items"]
    assert [(one["id"], one["language"], one["provider"]) for one in voices] == [
        ("high", "pt-BR", "tone"),
        ("low", "pt-BR", "tone"),
    ]
    assert stocked.get("/v1/voices", params={"language": "ja"}).json()["items"] == []
    assert stocked.get("/v1/voices").status_code == 422
    assert stocked.get("/v1/voices", params={"language": "?"}).status_code == 422


def test_providers_tell_whether_they_are_ready_and_chosen(stocked):
    providers = stocked.get("/v1/providers").json()["items"]
    named = {(one["kind"], one["name"]): one for one in providers}
    echo = named["translator", "echo"]
    assert (echo["chosen"], echo["ready"], echo["problem"]) == (True, True, None)
    assert echo["options_schema"]["type"] == "object"
    assert named["text_to_speech", "kokoro"]["chosen"] is False


def test_an_engine_that_is_not_ready_says_what_it_needs(service):
    chosen = {"translator": ChosenEngine("bergamot", {"models": "/nowhere"})}
    found = RegistryOffers(chosen).providers()
    [bergamot] = [one for one in found if one.name == "bergamot"]
    assert not bergamot.ready
    assert bergamot.problem
    assert bergamot.hint


def test_without_engines_the_answer_is_a_problem_and_no_empty_list(client):
    answer = client.get("/v1/languages")
    assert (answer.status_code, answer.json()["code"]) == (424, "provider_not_ready")
    assert answer.json()["hint"]


class CountedOffers(RegistryOffers):
    asked = 0

    def _providers(self):
        CountedOffers.asked += 1
        return super()._providers()


def test_engines_are_asked_again_after_a_minute():
    now = [0.0]
    offers = CountedOffers(CHOSEN, clock=lambda: now[0])
    CountedOffers.asked = 0
    for now[0] in (0.0, 59.9, 60.1):
        offers.providers()
    assert CountedOffers.asked == 2
