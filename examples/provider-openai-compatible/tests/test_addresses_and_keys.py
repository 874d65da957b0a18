"""Whom the key and the texts are shown to, and whom they are not."""

import pytest
from dubwright_openai_compatible import OpenAiTranslator, TranslatorOptions
from stand_in_server import CHAT, KEY, completion

from dubwright.domain.errors import ProviderNotReady
from dubwright.ports import TranslationRequest

VENDOR = "https://models.example.com/v1"


def made(base_url: str = VENDOR, api_key: str | None = KEY) -> OpenAiTranslator:
    return OpenAiTranslator(TranslatorOptions(base_url=base_url, api_key=api_key))


@pytest.fixture(autouse=True)
def _no_key_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.mark.parametrize(
    "base_url",
    [
        VENDOR,
        "https://127.0.0.1/v1",
        "http://127.0.0.1:8880/v1",
        "http://[::1]:1",
        "http://localhost",
    ],
)
def test_https_and_this_machine_are_taken(base_url):
    made(base_url).check()


@pytest.mark.parametrize(
    "base_url",
    [
        "http://models.example.com/v1",
        "http://10.0.0.5/v1",
        "http://0.0.0.0/v1",
        "http://127.0.0.1.example.com/v1",
        "http://127.0.0.1@example.com/v1",
        "http://localhost.example.com/v1",
        "https://user:secret@example.com/v1",
        "ftp://127.0.0.1/v1",
        "https://",
        "https://[::1",
        "http://127.0.0.1:99999/v1",
        "models.example.com/v1",
        "",
    ],
)
def test_any_other_address_is_refused_before_anything_is_sent(base_url):
    with pytest.raises(ProviderNotReady, match=r"base_url|to read") as caught:
        made(base_url).check()
    assert caught.value.hint
    assert "secret" not in caught.value.message
    with pytest.raises(ProviderNotReady):
        made(base_url).translate([TranslationRequest("Hello.")], source="en", target="pt")


def test_a_missing_key_is_named_with_its_remedy():
    with pytest.raises(ProviderNotReady, match="no key") as caught:
        made(api_key=None).check()
    assert "OPENAI_API_KEY" in (caught.value.hint or "")


def test_a_server_on_this_machine_needs_no_key(server):
    server.plan(CHAT, completion('{"lines": [{"id": 1, "text": "Olá."}]}'))
    open_to_all = made(server.base_url, api_key=None)
    assert open_to_all.translate([TranslationRequest("Hello.")], source="en", target="pt")
    assert server.asked[0].authorization == ""


def test_the_key_of_the_environment_is_used_where_the_options_have_none(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
    made(server.base_url, api_key=None).translate(
        [TranslationRequest("Hello.")], source="en", target="pt"
    )
    assert server.asked[0].authorization == f"Bearer {KEY}"


@pytest.mark.parametrize("key", ["sk-a\nb", "sk-a b", "sk-ключ", "sk-\x00"])
def test_a_damaged_key_is_refused_and_not_told(key):
    with pytest.raises(ProviderNotReady, match="characters") as caught:
        made(api_key=key).check()
    assert key not in f"{caught.value!r} {caught.value.hint}"


def test_the_key_is_in_no_fingerprint_and_no_dump():
    options = TranslatorOptions(api_key=KEY)
    told = f"{OpenAiTranslator(options).fingerprint} {options!r} {options.model_dump_json()}"
    assert KEY not in told


def test_another_server_or_model_is_another_fingerprint_and_another_key_is_not():
    first = made().fingerprint
    assert made(api_key="sk-other").fingerprint == first
    assert made("https://other.example.com/v1").fingerprint != first
    assert OpenAiTranslator(TranslatorOptions(base_url=VENDOR, model="m")).fingerprint != first


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    made(server.base_url).translate([TranslationRequest("Hello.")], source="en", target="pt")
    assert len(server.asked) == 1


def test_only_openai_itself_has_a_known_rate():
    assert made("https://api.openai.com/v1").calls_per_minute == 500
    assert made().calls_per_minute is None
