"""What the chat model is asked, and what of its answers is taken."""

import json

import pytest
from dubwright_openai_compatible import OpenAiTranslator, TranslatorOptions
from dubwright_openai_compatible.lines import ToldLine, translation_of
from hypothesis import given
from hypothesis import strategies as st
from stand_in_server import CHAT, KEY, Answer, StandInServer, completion

from dubwright.domain.errors import ProviderRejected, ProviderUnavailable
from dubwright.ports import Charge, Translation, TranslationRequest, charges

LINE = [TranslationRequest("Good morning.")]


def translate(translator: OpenAiTranslator, *lines: TranslationRequest) -> list[Translation]:
    return translator.translate(lines or LINE, source="en", target="pt-BR")


def question(server: StandInServer, number: int = 0) -> dict[str, object]:
    return json.loads(server.asked[number].fields["messages"][-1]["content"])


def written(*lines: dict[str, object]) -> str:
    return json.dumps({"lines": lines})


def test_lines_go_out_numbered_with_their_room_and_with_context_that_is_not_the_line_above(
    server, translator
):
    translate(
        translator,
        TranslationRequest("One.", context="Zero.", max_ms=900),
        TranslationRequest("Two.", context="One."),
    )
    assert question(server) == {
        "from": "en",
        "to": "pt-BR",
        "lines": [
            {"id": 1, "text": "One.", "context": "Zero.", "max_ms": 900},
            {"id": 2, "text": "Two."},
        ],
    }


def test_the_model_the_temperature_and_the_form_of_the_answer_are_asked_for(server, translator):
    translate(translator)
    asked = {name: server.asked[0].fields[name] for name in ("model", "temperature")}
    assert asked == {"model": "gpt-4o-mini", "temperature": 0.0}
    assert server.asked[0].fields["response_format"] == {"type": "json_object"}


def test_what_a_model_refuses_can_be_left_out(server):
    options = TranslatorOptions(
        base_url=server.base_url, api_key=KEY, temperature=None, json_mode=False
    )
    translate(OpenAiTranslator(options))
    assert set(server.asked[0].fields) == {"model", "messages"}


def test_shorter_wordings_come_where_a_line_has_its_room(translator):
    long = "This is a rather long line that somebody has to say."
    [given] = translate(translator, TranslationRequest(long, max_ms=800))
    assert len(given.variants) == 2
    assert len(given.text) > len(given.variants[0]) > len(given.variants[1])


def test_wordings_that_are_not_shorter_are_left_out(server, translator):
    shorter = ["Bom dia a todos!", " Bom dia. ", "Bom dia.", "", "Olá."]
    server.plan(CHAT, completion(written({"id": 1, "text": "Bom dia a si.", "shorter": shorter})))
    assert translate(translator) == [Translation("Bom dia a si.", ("Bom dia.", "Olá."))]


def test_many_lines_go_out_in_groups_and_come_back_in_order(server, translator):
    lines = [TranslationRequest(f"Line {number}.") for number in range(95)]
    told = translate(translator, *lines)
    assert [one.text for one in told] == [f"[pt-BR] Line {number}." for number in range(95)]
    assert len(server.asked) == 3


def test_blank_lines_are_not_sent(server, translator):
    assert translate(translator, TranslationRequest(" ")) == [Translation(" ")]
    assert server.asked == []


def test_a_fence_round_the_answer_and_another_order_are_no_harm(server, translator):
    lines = [{"id": 2, "text": "Dois."}, {"id": 1, "text": "Um."}]
    server.plan(CHAT, completion(f"Sure!\n```json\n{written(*lines)}\n```"))
    told = translate(translator, TranslationRequest("One."), TranslationRequest("Two."))
    assert [one.text for one in told] == ["Um.", "Dois."]


@pytest.mark.parametrize(
    "content",
    [
        written(),
        written({"id": 1, "text": "Um."}, {"id": 2, "text": "Dois."}),
        written({"id": 2, "text": "Um."}),
        written({"id": 1, "text": "  "}),
        written({"id": 1}),
        '{"lines": [{"id": 1, "text": "cut sho',
        "Bom dia.",
        "[]",
    ],
    ids=["none", "too many", "another", "blank", "no text", "cut short", "prose", "a list"],
)
def test_an_answer_that_is_not_one_line_for_each_is_an_error(server, translator, content):
    server.plan(CHAT, completion(content))
    with pytest.raises(ProviderUnavailable, match="cannot be used") as caught:
        translate(translator)
    assert "Bom dia" not in str(caught.value)


@pytest.mark.parametrize(
    "choice",
    [
        {"message": {"content": None, "refusal": "No."}},
        {"message": {"content": "Bom"}, "finish_reason": "content_filter"},
    ],
    ids=["refusal", "filter"],
)
def test_a_model_that_will_not_translate_has_refused(server, translator, choice):
    server.plan(CHAT, Answer.of({"choices": [choice]}))
    with pytest.raises(ProviderRejected, match="does not translate these lines"):
        translate(translator)


def test_tokens_are_charged_as_four_characters_each_sent_and_written_apart(translator):
    with charges() as charged:
        translate(translator)
    assert charged == [
        Charge("chat.gpt-4o-mini", 1_200, "characters"),
        Charge("chat.gpt-4o-mini.output", 400, "characters"),
    ]


def test_characters_are_charged_where_the_server_counts_no_tokens(server, translator):
    content = written({"id": 1, "text": "Bom dia."})
    server.plan(CHAT, completion(content))
    with charges() as charged:
        translate(translator)
    sent = sum(len(one["content"]) for one in server.asked[0].fields["messages"])
    assert [one.units for one in charged] == [sent, len(content)]


def test_an_answer_that_cannot_be_used_is_charged_all_the_same(server, translator):
    server.plan(CHAT, completion("no", usage={"prompt_tokens": 10, "completion_tokens": 2}))
    with charges() as charged, pytest.raises(ProviderUnavailable):
        translate(translator)
    assert [one.units for one in charged] == [40, 8]


def test_a_server_that_costs_nothing_is_not_charged(server):
    options = TranslatorOptions(base_url=server.base_url, api_key=KEY, product="")
    with charges() as charged:
        translate(OpenAiTranslator(options))
    assert charged == []


@given(st.lists(st.text(max_size=30), max_size=6), st.text(min_size=1).filter(str.strip))
def test_whatever_the_model_offers_wordings_only_get_shorter(shorter, text):
    told = translation_of(ToldLine(id=1, text=text, shorter=tuple(shorter)))
    lengths = [len(one) for one in (told.text, *told.variants)]
    assert lengths == sorted(set(lengths), reverse=True)
    assert all(one == one.strip() != "" for one in (told.text, *told.variants))
