"""Who gets in: the service account, a machine's own account, and nobody else."""

import json
import os
import subprocess
import sys
import time

import pytest

pytest.importorskip("google.cloud.speech_v2")

from google.auth import crypt, jwt
from google_clients import TIMEOUT_S, voices

from dubwright.testing.google import GoogleDoubles, create_engines, make_security
from dubwright.testing.google.credentials import CheckedAdmission, make_service_account
from dubwright.testing.google.failures import Refused

SPEECH = "https://speech.googleapis.com/"
CHILD = """
import sys
from google.api_core.client_options import ClientOptions
from google.cloud.texttospeech_v1 import TextToSpeechClient
client = TextToSpeechClient(client_options=ClientOptions(api_endpoint=sys.argv[1]))
print(len(client.list_voices(language_code="pt-BR", timeout=8).voices))
"""


@pytest.fixture(scope="module")
def security(tmp_path_factory):
    return make_security(tmp_path_factory.mktemp("own"))


def in_a_process(doubles: GoogleDoubles, environment: dict[str, str]):
    """The unmodified client, told nothing but where the service is."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("GOOGLE_", "GCE_", "GRPC_"))}
    return subprocess.run(
        [sys.executable, "-c", CHILD, doubles.endpoint("texttospeech")],
        env={**own, "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_key_file_and_the_authority_are_all_that_a_client_needs(security):
    with GoogleDoubles(create_engines(), security=security) as doubles:
        done = in_a_process(doubles, doubles.environment())
    assert done.stdout.strip() == "24", done.stderr


def test_a_metadata_server_is_as_good_as_a_key_file(security):
    with GoogleDoubles(create_engines(), security=security) as doubles:
        done = in_a_process(doubles, doubles.keyless_environment())
        account = doubles.conduct.ledger.statement()
    assert done.stdout.strip() == "24", done.stderr
    assert account.methods["TextToSpeech/ListVoices"].failed == 0


def test_a_client_that_does_not_trust_the_authority_never_gets_through(security):
    with GoogleDoubles(create_engines(), security=security) as doubles:
        trusting = doubles.environment()
        del trusting["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"]
        done = in_a_process(doubles, trusting)
        assert doubles.conduct.ledger.requests("TextToSpeech/ListVoices") == 0
    assert done.returncode != 0


def test_another_account_is_refused(google_doubles, tmp_path, monkeypatch):
    from google.api_core.exceptions import Unauthenticated

    stranger = make_service_account(tmp_path)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(stranger.file))
    with pytest.raises(Unauthenticated):
        voices(google_doubles).list_voices(timeout=TIMEOUT_S)
    assert google_doubles.conduct.ledger.statement().methods["TextToSpeech/ListVoices"].failed == 1


def test_only_we_may_read_the_key_file(security):
    assert security.account.file.stat().st_mode & 0o077 == 0
    assert security.authority.key_file.stat().st_mode & 0o077 == 0


def signed(security, **claims: object) -> list[tuple[str, str]]:
    now = int(time.time())
    key = json.loads(security.account.file.read_text())
    whole = {
        "iss": security.account.email,
        "sub": security.account.email,
        "aud": SPEECH,
        "iat": now,
        "exp": now + 3600,
        **claims,
    }
    token = jwt.encode(crypt.RSASigner.from_service_account_info(key), whole)
    return [("authorization", f"Bearer {token.decode()}")]


@pytest.fixture
def admission(security):
    return CheckedAdmission(security.account, security.handed_out)


@pytest.mark.parametrize(
    "claims", [{}, {"aud": None, "scope": "https://www.googleapis.com/auth/cloud-platform"}]
)
def test_a_token_that_the_account_signed_for_this_service_is_good(admission, security, claims):
    admission.admit(signed(security, **claims), SPEECH)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://translate.googleapis.com/"},
        {"aud": None, "scope": "https://www.googleapis.com/auth/drive"},
        {"iss": "somebody@else"},
        {"sub": "somebody@else"},
        {"iat": int(time.time()) - 7300, "exp": int(time.time()) - 3700},
        {"exp": int(time.time()) + 7200},
    ],
)
def test_a_token_for_something_else_is_refused(admission, security, claims):
    with pytest.raises(Refused) as refused:
        admission.admit(signed(security, **claims), SPEECH)
    assert refused.value.refusal.code == "UNAUTHENTICATED"


@pytest.mark.parametrize("metadata", [[], [("authorization", "Bearer nonsense")]])
def test_a_caller_without_a_token_is_refused(admission, metadata):
    with pytest.raises(Refused):
        admission.admit(metadata, SPEECH)


def test_a_changed_signature_is_refused(admission, security):
    ((name, value),) = signed(security)
    head, claims, signature = value.split(".")
    other = ("A" if signature[0] != "A" else "B") + signature[1:]
    with pytest.raises(Refused):
        admission.admit([(name, f"{head}.{claims}.{other}")], SPEECH)
