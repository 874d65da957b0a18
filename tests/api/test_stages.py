import pytest
from journeys import VIDEO, concluded, finished_upload
from sqlalchemy import select

from dubwright.db.tables import Operation, Upload
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.assignments import Outcome
from dubwright.jobs.packing import pack_text


def given(service, answer):
    assert answer.status_code == 202, answer.text
    operation = answer.json()
    assert answer.headers["Operation-Location"] == f"/v1/operations/{operation['id']}"
    assert operation["project"] is None
    with service.database.reading() as session:
        row = session.get(Operation, operation["id"])
    return row.kind, row.arguments


def object_key(service):
    with service.database.reading() as session:
        return session.scalars(select(Upload.object_key)).one()


def test_texts_are_translated_alone(client, service):
    asked = {"texts": ["Hi.", "Bye."], "source_language": "EN", "target_language": "de"}
    kind, arguments = given(service, client.post("/v1/stages/translate", json=asked))
    assert kind == "translate_text"
    assert arguments == {"given": asked | {"source_language": "en"}}


def test_a_text_is_spoken_alone_by_a_named_engine(client, service):
    asked = {"text": "Hi.", "language": "en", "engines": {"text_to_speech": "tone"}}
    kind, arguments = given(service, client.post("/v1/stages/synthesize", json=asked))
    assert kind == "synthesize_text"
    assert arguments["engines"] == {"text_to_speech": "tone"}
    assert arguments["given"] == {"text": "Hi.", "language": "en", "voice": None, "speed": 1.0}


def test_an_upload_is_written_down_alone(client, service):
    asked = {"upload": finished_upload(service), "language": "en"}
    kind, arguments = given(service, client.post("/v1/stages/transcribe", json=asked))
    assert kind == "transcribe_audio"
    assert arguments["given"] == {"object_key": object_key(service), "language": "en"}


def test_a_file_is_written_down_as_it_comes(client, service):
    answer = client.post("/v1/stages/transcribe", files={"file": ("a.wav", VIDEO, "audio/wav")})
    _, arguments = given(service, answer)
    key = arguments["given"]["object_key"]
    assert service.store.local_path(key).read_bytes() == VIDEO


def test_a_video_and_a_sound_are_joined(client, service):
    upload = finished_upload(service)
    asked = {"video_upload": upload, "audio_upload": upload, "language": "de"}
    kind, arguments = given(service, client.post("/v1/stages/merge", json=asked))
    key = object_key(service)
    assert kind == "merge_tracks"
    assert arguments["given"] == {"video_key": key, "audio_key": key, "language": "de"}


def test_the_worker_is_given_what_was_asked(client, service):
    asked = {"text": "Hi.", "language": "en"}
    operation = client.post("/v1/stages/synthesize", json=asked).json()["id"]
    assignment = begin_operation(service, operation, 1)
    assert assignment.kind == "synthesize_text"
    assert assignment.given["text"] == "Hi."
    assert assignment.project is None


def test_what_a_stage_made_belongs_to_its_operation(client, service):
    answer = client.post("/v1/stages/synthesize", json={"text": "Hi.", "language": "en"})
    operation = answer.json()["id"]
    made = pack_text(service.store, "speech.wav", "sound")
    concluded(service, operation, Outcome(artifacts=(made,)))
    shown = client.get(f"/v1/operations/{operation}").json()
    assert [one["name"] for one in shown["artifacts"]] == ["speech.wav"]
    assert client.get(shown["artifacts"][0]["url"]).text == "sound"


@pytest.mark.parametrize(
    ("stage", "asked", "status"),
    [
        ("translate", {"texts": [], "source_language": "en", "target_language": "de"}, 422),
        ("translate", {"texts": [""], "source_language": "en", "target_language": "de"}, 422),
        ("translate", {"texts": ["a"], "source_language": "?", "target_language": "de"}, 422),
        ("translate", {"texts": ["a\0"], "source_language": "en", "target_language": "de"}, 400),
        ("synthesize", {"text": "x" * 5_001, "language": "en"}, 422),
        ("synthesize", {"text": "a", "language": "en", "speed": 3}, 422),
        ("transcribe", {"upload": "upl_" + "a" * 20}, 404),
        ("transcribe", {"upload": "../x"}, 422),
        ("merge", {"video_upload": "x", "audio_upload": "y", "language": "de"}, 422),
    ],
)
def test_what_no_stage_can_do_is_refused(client, engine, stage, asked, status):
    assert client.post(f"/v1/stages/{stage}", json=asked).status_code == status
    assert engine.submitted == []


@pytest.mark.parametrize(
    ("engines", "detail", "hint"),
    [
        ({"text_to_speech": "nobody"}, "text_to_speech engine 'nobody'", "`tone`"),
        ({"translator": "none"}, "translator engine 'none'", "`echo`"),
    ],
)
def test_an_engine_that_is_not_installed_is_refused_at_once(client, engine, engines, detail, hint):
    asked = {"text": "Hi.", "language": "en", "engines": engines}
    answer = client.post("/v1/stages/synthesize", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert detail in answer.json()["detail"]
    assert hint in answer.json()["hint"]
    assert engine.submitted == []
