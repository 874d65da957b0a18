"""The Translation double, asked by the official client over TLS with credentials."""

import pytest

pytest.importorskip("google.cloud.translate_v3")

from google.api_core import exceptions
from google.cloud.translate_v3.types import translation_service as mt
from google_clients import PROJECT, TIMEOUT_S, outcome, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dubwright.testing.google import GoogleDoubles, MemoryObjects
from dubwright.testing.google.failures import FailedOperation, unavailable

GLOBAL = f"{PROJECT}/locations/global"
REGION = f"{PROJECT}/locations/us-central1"
GLOSSARY = f"{REGION}/glossaries/parts"


def translate(doubles: GoogleDoubles, *texts: str, **others: object) -> mt.TranslateTextResponse:
    asked = {
        "parent": GLOBAL,
        "contents": list(texts),
        "mime_type": "text/plain",
        "source_language_code": "en",
        "target_language_code": "pt-BR",
        **others,
    }
    return translation(doubles).translate_text(request=asked, timeout=TIMEOUT_S)


def model(name: str) -> dict[str, str]:
    return {"model": f"{GLOBAL}/models/general/{name}"}


def billed(doubles: GoogleDoubles) -> dict[str, int]:
    return doubles.conduct.ledger.statement().billed()


def test_texts_come_back_in_their_order(google_doubles):
    answer = translate(google_doubles, "Good day.", " ", "Thanks")
    texts = [one.translated_text for one in answer.translations]
    assert texts == ["[pt-BR] Good day.", " ", "[pt-BR] Thanks"]


def test_text_is_taken_for_html_unless_it_is_said_to_be_plain(google_doubles):
    plain = translate(google_doubles, "Tom & Jerry's")
    marked = translate(google_doubles, "Tom & Jerry's", mime_type="")
    assert plain.translations[0].translated_text == "[pt-BR] Tom & Jerry's"
    assert marked.translations[0].translated_text == "[pt-BR] Tom &amp; Jerry&#39;s"


def test_a_language_that_is_not_named_is_detected(google_doubles):
    answer = translate(google_doubles, "Good day.", source_language_code="")
    assert answer.translations[0].detected_language_code == "en"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_every_code_point_is_billed_blanks_too_and_one_at_least(google_doubles, texts):
    before = billed(google_doubles).get("translate.nmt", 0)
    translate(google_doubles, *texts, **model("nmt"))
    assert billed(google_doubles)["translate.nmt"] - before == max(1, sum(map(len, texts)))


def test_a_language_model_is_billed_for_what_it_writes_too(google_doubles):
    answer = translate(google_doubles, "Good day.", **model("translation-llm"))
    written = len(answer.translations[0].translated_text)
    assert billed(google_doubles) == {"translate.llm": len("Good day.") + written}


@pytest.mark.parametrize(
    ("changes", "violated"),
    [
        ({"contents": []}, "contents"),
        ({"contents": ["x"] * 1025}, "contents"),
        ({"contents": ["x" * 10_241] * 3}, "contents"),
        ({"parent": "projects"}, "parent"),
        ({"mime_type": "text/markdown"}, "mime_type"),
        ({"target_language_code": ""}, "target_language_code"),
        ({"target_language_code": "en-GB"}, "target_language_code"),
        ({"target_language_code": "ja"}, "target_language_code"),
        ({"source_language_code": "English"}, "source_language_code"),
        ({"model": "nmt"}, "model"),
        ({"glossary_config": {"glossary": GLOSSARY}}, "parent"),
    ],
)
def test_what_google_refuses_is_refused_with_the_name_of_the_field(
    google_doubles, changes, violated
):
    with pytest.raises(exceptions.InvalidArgument) as refused:
        translate(google_doubles, "Good day.", **changes)
    assert refused.value.details[0].field_violations[0].field == violated
    assert billed(google_doubles) == {}


def test_as_much_as_google_takes_is_taken(google_doubles):
    answer = translate(google_doubles, *["x" * 30] * 1024)
    assert len(answer.translations) == 1024


def test_the_languages_are_those_of_the_engine(google_doubles):
    listed = translation(google_doubles).get_supported_languages(parent=GLOBAL)
    assert [one.language_code for one in listed.languages] == ["en", "es", "pt"]
    assert all(one.support_source and one.support_target for one in listed.languages)


def made_glossary(doubles: GoogleDoubles, content: str = "pump,bomba\nvalve,registo\n") -> None:
    assert isinstance(doubles.objects, MemoryObjects)
    doubles.objects.write("gs://terms/parts.csv", content.encode())
    glossary = {
        "name": GLOSSARY,
        "language_pair": {"source_language_code": "en", "target_language_code": "pt"},
        "input_config": {"gcs_source": {"input_uri": "gs://terms/parts.csv"}},
    }
    outcome(translation(doubles).create_glossary(parent=REGION, glossary=glossary))


def test_a_glossary_decides_how_its_terms_read(google_doubles):
    made_glossary(google_doubles)
    answer = translate(
        google_doubles, "Open the valve.", parent=REGION, glossary_config={"glossary": GLOSSARY}
    )
    assert answer.translations[0].translated_text == "[pt-BR] Open the valve."
    assert answer.glossary_translations[0].translated_text == "[pt-BR] Open the registo."


def test_a_glossary_is_there_until_it_is_deleted(google_doubles):
    made_glossary(google_doubles)
    client = translation(google_doubles)
    assert client.get_glossary(name=GLOSSARY).entry_count == 2
    assert [one.name for one in client.list_glossaries(parent=REGION)] == [GLOSSARY]
    with pytest.raises(exceptions.AlreadyExists):
        made_glossary(google_doubles)
    outcome(client.delete_glossary(name=GLOSSARY))
    with pytest.raises(exceptions.NotFound):
        client.get_glossary(name=GLOSSARY)


def test_the_making_of_a_glossary_may_fail_after_it_began(google_doubles):
    google_doubles.conduct.faults.plan(
        "TranslationService/CreateGlossary", FailedOperation(unavailable())
    )
    with pytest.raises(exceptions.ServiceUnavailable):
        made_glossary(google_doubles)


def test_a_glossary_whose_file_is_missing_is_not_made(google_doubles):
    glossary = {
        "name": GLOSSARY,
        "input_config": {"gcs_source": {"input_uri": "gs://terms/none.csv"}},
    }
    operation = translation(google_doubles).create_glossary(parent=REGION, glossary=glossary)
    with pytest.raises(exceptions.NotFound):
        outcome(operation)
