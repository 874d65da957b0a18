"""Who the Google providers are: credentials found without waiting, clients made once."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("google.cloud.speech_v2")

from google_providers import recogniser

from dubwright import registry
from dubwright.domain.errors import ProviderNotReady
from dubwright.domain.language import LanguageTag
from dubwright.providers.google import access
from dubwright.providers.google.diarizer import GoogleDiarizer
from dubwright.providers.google.recogniser import GoogleSpeechToText
from dubwright.providers.google.speaking import GoogleTextToSpeech
from dubwright.providers.google.translator import GoogleTranslator

SERVICES: tuple[registry.Kind, ...] = (
    "speech_to_text",
    "translator",
    "text_to_speech",
    "diarizer",
)


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without credentials that is not at Google."""
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", *access._METADATA_HINTS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize("kind", SERVICES)
def test_without_credentials_it_is_not_ready_at_once_and_says_what_to_do(kind):
    began = time.monotonic()
    found = registry.describe(kind, "google")
    assert not found.ready
    assert "gcloud auth application-default login" in found.remedy
    assert time.monotonic() - began < 5


@pytest.mark.usefixtures("nobody")
def test_without_credentials_it_still_tells_what_it_would_speak():
    assert LanguageTag("pt") in GoogleSpeechToText(GoogleSpeechToText.Options()).languages()
    pairs = GoogleTranslator(GoogleTranslator.Options()).pairs()
    assert (LanguageTag("no"), LanguageTag("he")) in pairs
    voices = GoogleTextToSpeech(GoogleTextToSpeech.Options()).voices(LanguageTag("pt-BR"))
    assert {voice.language for voice in voices} == {"pt-BR"}
    assert {voice.gender for voice in voices} == {"female", "male"}


@pytest.mark.usefixtures("nobody")
def test_voices_of_other_families_are_not_guessed():
    speaking = GoogleTextToSpeech(GoogleTextToSpeech.Options(families=("neural2",)))
    with pytest.raises(ProviderNotReady):
        speaking.voices(LanguageTag("pt-BR"))


def test_a_key_file_that_is_none_is_told_so(nobody, tmp_path, monkeypatch):
    file = tmp_path / "key.json"
    file.write_text('{"type": "nothing"}')
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    with pytest.raises(ProviderNotReady, match="cannot be used"):
        GoogleTranslator(GoogleTranslator.Options(project="p")).check()


@pytest.mark.usefixtures("google_doubles")
def test_with_credentials_and_a_project_it_is_ready():
    assert registry.describe("translator", "google").ready


@pytest.mark.usefixtures("google_doubles")
def test_telling_speakers_apart_needs_a_bucket():
    with pytest.raises(ProviderNotReady, match="no bucket") as missing:
        GoogleDiarizer(GoogleDiarizer.Options()).check()
    assert "`bucket`" in (missing.value.hint or "")


def test_a_missing_package_names_the_extra():
    with pytest.raises(ProviderNotReady) as missing:
        access.require_package("google.cloud.no_such_service")
    assert missing.value.hint == "install it with `pip install 'dubwright[google]'`"


def test_many_threads_share_one_client(google_doubles):
    endpoint = google_doubles.endpoint("speech", "eu")
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(access.speech_client, [endpoint] * 8))
    assert len({id(client) for client in made}) == 1


def test_options_of_another_place_ask_another_host(google_doubles):
    assert recogniser(google_doubles, location="us").languages()


WITHOUT_THE_PACKAGE = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("google", "grpc"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import numpy as np
from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderNotReady
from dubwright.ports import SpeechRequest, TranslationRequest
from dubwright.providers.google import *
hears, translates, speaks, tells = [
    one(one.Options()) for one in (GoogleSpeechToText, GoogleTranslator, GoogleTextToSpeech, GoogleDiarizer)
]
voice = speaks.voices("pt-BR")[0]
assert "pt" in hears.languages() and ("en", "pt") in translates.pairs()
for call in (
    hears.check, translates.check, speaks.check, tells.check,
    lambda: hears.transcribe(SpeechClip(np.zeros(16000, np.float32), 16000), language="en"),
    lambda: hears.submit_batch(None, language="en"),
    lambda: translates.translate([TranslationRequest("Hi")], source="en", target="pt"),
    lambda: speaks.synthesize(SpeechRequest("Oi", voice)),
):
    try:
        call()
    except ProviderNotReady as exc:
        print(exc.hint)
"""


def test_without_the_package_it_tells_what_it_knows_and_how_to_install_it():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_PACKAGE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    hints = [line for line in done.stdout.splitlines() if line.startswith("install it")]
    assert hints == ["install it with `pip install 'dubwright[google]'`"] * 8, done.stderr


KEYLESS = """
import sys
from dubwright.providers.google import GoogleTranslator
from dubwright.ports import TranslationRequest
made = GoogleTranslator(GoogleTranslator.Options(endpoint=sys.argv[1]))
made.check()
print(made.translate([TranslationRequest("Good morning.")], source="en", target="pt")[0].text)
"""


def test_at_google_the_metadata_server_says_who_it_is(google_doubles):
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", KEYLESS, google_doubles.endpoint("translate")],
        env={**inherited, **google_doubles.keyless_environment()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "[pt] Good morning.", done.stderr
