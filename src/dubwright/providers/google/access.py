"""Who we are to Google, and the clients that speak for us: found when first needed, then kept."""

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from dubwright.domain.errors import ProviderNotReady
from dubwright.providers.google.errors import NAME, not_signed_in

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from google.cloud.speech_v2 import SpeechClient
    from google.cloud.storage import Client as StorageClient
    from google.cloud.texttospeech_v1 import TextToSpeechClient
    from google.cloud.translate_v3 import TranslationServiceClient

P = ParamSpec("P")
C = TypeVar("C")

_KEY_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
# Set by Cloud Run, Kubernetes, or whoever runs a metadata server of their own.
_METADATA_HINTS = (
    "GCE_METADATA_HOST", "GCE_METADATA_ROOT", "GCE_METADATA_IP",
    "K_SERVICE", "CLOUD_RUN_JOB", "CLOUD_RUN_WORKER_POOL", "KUBERNETES_SERVICE_HOST",
)  # fmt: skip
_MACHINE = Path("/sys/class/dmi/id/product_name")
_CLOUD_SCOPE = "https://www.googleapis.com/auth/cloud-platform"

# Two threads that need a client at once share it. A fork of this process makes its own, because
# the threads and connections of a gRPC client do not survive one.
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class Identity:
    """The credentials of this process, and the project that they belong to, if they say so."""

    credentials: "Credentials"
    project: str | None


def require_package(package: str) -> None:
    """Raise `ProviderNotReady` unless a package of Google's is installed. Imports none."""
    try:
        missing = find_spec(package) is None
    except ModuleNotFoundError:
        missing = True
    if missing:
        raise ProviderNotReady(
            f"the package {package!r} is not installed",
            provider=NAME,
            hint="install it with `pip install 'dubwright[google]'`",
        )


def identity() -> Identity:
    """The application-default credentials. Raises `ProviderNotReady` where there are none.

    Where nothing hints at any, no network is asked, so that a laptop does not wait for a metadata
    server that it does not have.
    """
    require_package("google.auth")
    key_file = os.environ.get(_KEY_FILE, "")
    if not (key_file or _gcloud_file().is_file() or _is_on_google()):
        raise not_signed_in("there are no Google credentials on this machine")
    found = _once(_found, os.getpid(), key_file)
    if isinstance(found, str):
        raise not_signed_in(f"the Google credentials cannot be used: {found}")
    return found


def project_of(chosen: str | None) -> str:
    """The project to work in: the one set, else that of the credentials, which must be there."""
    of_credentials = identity().project
    project = chosen or of_credentials
    if not project:
        raise ProviderNotReady(
            "no Google Cloud project is set",
            provider=NAME,
            hint="set the option `project`, or the variable `GOOGLE_CLOUD_PROJECT`",
        )
    return project


def speech_client(endpoint: str) -> "SpeechClient":
    """The recogniser's client at a host, made once."""
    require_package("google.cloud.speech_v2")
    return _once(_speech, os.getpid(), identity(), endpoint)


def translation_client(endpoint: str) -> "TranslationServiceClient":
    """The translator's client at a host, made once."""
    require_package("google.cloud.translate_v3")
    return _once(_translation, os.getpid(), identity(), endpoint)


def voice_client(endpoint: str) -> "TextToSpeechClient":
    """The speech engine's client at a host, made once."""
    require_package("google.cloud.texttospeech_v1")
    return _once(_voice, os.getpid(), identity(), endpoint)


def storage_client(endpoint: str) -> "StorageClient":
    """The client for the bucket at an address, made once."""
    require_package("google.cloud.storage")
    return _once(_storage, os.getpid(), identity(), endpoint)


def _once(make: Callable[P, C], *args: P.args, **kwargs: P.kwargs) -> C:
    with _making:
        return make(*args, **kwargs)


def _gcloud_file() -> Path:
    """Where `gcloud auth application-default login` leaves its credentials."""
    folder = os.environ.get("CLOUDSDK_CONFIG")
    if folder:
        return Path(folder) / "application_default_credentials.json"
    home = Path(os.environ["APPDATA"]) if sys.platform == "win32" else Path.home() / ".config"
    return home / "gcloud" / "application_default_credentials.json"


def _is_on_google() -> bool:
    if any(os.environ.get(name) for name in _METADATA_HINTS):
        return True
    return _MACHINE.is_file() and _MACHINE.read_text().startswith("Google")


@lru_cache(maxsize=8)
def _found(_process: int, _key_file: str) -> Identity | str:
    """What was found, or why nothing was: looking again would take seconds and find the same."""
    import google.auth
    from google.auth.exceptions import GoogleAuthError

    try:
        credentials, project = google.auth.default(default_scopes=[_CLOUD_SCOPE])
    except (GoogleAuthError, OSError, ValueError) as exc:
        return str(exc).split("\n", 1)[0]
    return Identity(credentials, project)


@lru_cache(maxsize=8)
def _speech(_process: int, who: Identity, endpoint: str) -> "SpeechClient":
    from google.cloud.speech_v2 import SpeechClient

    return SpeechClient(credentials=who.credentials, client_options={"api_endpoint": endpoint})


@lru_cache(maxsize=8)
def _translation(_process: int, who: Identity, endpoint: str) -> "TranslationServiceClient":
    from google.cloud.translate_v3 import TranslationServiceClient

    return TranslationServiceClient(
        credentials=who.credentials, client_options={"api_endpoint": endpoint}
    )


@lru_cache(maxsize=8)
def _voice(_process: int, who: Identity, endpoint: str) -> "TextToSpeechClient":
    from google.cloud.texttospeech_v1 import TextToSpeechClient

    return TextToSpeechClient(
        credentials=who.credentials, client_options={"api_endpoint": endpoint}
    )


@lru_cache(maxsize=8)
def _storage(_process: int, who: Identity, endpoint: str) -> "StorageClient":
    from google.auth.credentials import AnonymousCredentials
    from google.cloud.storage import Client

    # Whoever answers in plaintext is a double or an emulator, and no token is shown to it.
    is_plaintext = endpoint.startswith("http://")
    return Client(
        project=who.project,
        credentials=AnonymousCredentials() if is_plaintext else who.credentials,
        client_options={"api_endpoint": endpoint},
    )
