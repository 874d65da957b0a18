"""The way to a bucket: the official client, its credentials, and who signs addresses."""

from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dubwright.domain.errors import InputError, StorageError
from dubwright.storage.disposition import disposition
from dubwright.storage.google_errors import google_failures
from dubwright.storage.links import Download, checked_expiry_s

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from google.cloud.storage import Bucket

GOOGLE: Final = "https://storage.googleapis.com"
SIGNING: Final = "https://iamcredentials.googleapis.com"
_SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """A bucket, and how to come to it.

    Without a key file the credentials of the machine are used. `signing_account` signs addresses
    through `signing_endpoint`; without one, the key of the credentials does. An `endpoint` of
    `http://` is a double: nothing secret is sent to it.
    """

    bucket: str
    endpoint: str = GOOGLE
    credentials_file: Path | None = None
    signing_account: str | None = None
    signing_endpoint: str = SIGNING


class BucketLinks:
    """Addresses of Cloud Storage itself, with V4 signatures."""

    def __init__(self, bucket: "Bucket", signer: "Credentials", endpoint: str = GOOGLE) -> None:
        self._bucket = bucket
        self._signer = signer
        self._endpoint = endpoint

    def link(self, download: Download, *, expires_s: int) -> str:
        """An address that allows GET, whole or in part. A keyless signer is asked for it."""
        lasts = timedelta(seconds=checked_expiry_s(expires_s))
        with google_failures(f"cannot sign an address for {download.object_name!r}"):
            url: str = self._bucket.blob(download.object_name).generate_signed_url(
                version="v4",
                expiration=lasts,
                method="GET",
                response_disposition=disposition(download.file_name),
                response_type=download.content_type,
                credentials=self._signer,
                api_access_endpoint=self._endpoint,
            )
        return url


def google_credentials(place: BucketPlace) -> "Credentials":
    """Who asks the bucket.

    Raises `InputError` without the package or for a file that is no key, `StorageError` for a
    machine without credentials.
    """
    _require_package()
    if place.credentials_file is not None:
        return _from_key_file(place.credentials_file)
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    try:
        credentials: Credentials = google.auth.default(scopes=[_SCOPE])[0]
    except DefaultCredentialsError as exc:
        raise StorageError(
            "there are no credentials for Cloud Storage",
            hint="set `storage.credentials_file`, or run where a service account is attached",
        ) from exc
    return credentials


def open_bucket(place: BucketPlace, credentials: "Credentials") -> "Bucket":
    """The bucket. Nothing is asked of it yet."""
    from google.auth.credentials import AnonymousCredentials
    from google.cloud.storage import Client

    is_double = place.endpoint.startswith("http://")
    client = Client(
        project=None,
        credentials=AnonymousCredentials() if is_double else credentials,
        client_options={"api_endpoint": place.endpoint},
    )
    return client.bucket(place.bucket)


def signer_for(place: BucketPlace, credentials: "Credentials") -> "Credentials":
    """Who signs addresses: an account by IAM Credentials, or the key that there is.

    Raises `InputError` if there is neither.
    """
    from google.auth.credentials import Signing

    if place.signing_account is not None:
        from dubwright.storage.google_keyless import KeylessSigner

        return KeylessSigner(credentials, place.signing_account, place.signing_endpoint)
    if isinstance(credentials, Signing):
        return credentials
    raise InputError(
        "nobody can sign addresses of the bucket: these credentials have no key",
        hint="set `storage.signing_account` to the service account that is to sign them",
    )


def _require_package() -> None:
    if find_spec("google") is None or find_spec("google.cloud.storage") is None:
        raise InputError(
            "setting 'storage.kind' is 'google', and its package is not installed",
            hint="install it with `pip install 'dubwright[google]'`",
        )


def _from_key_file(file: Path) -> "Credentials":
    from google.oauth2.service_account import Credentials as ServiceAccount

    try:
        credentials: Credentials = ServiceAccount.from_service_account_file(
            str(file), scopes=[_SCOPE]
        )
    except (OSError, ValueError) as exc:
        raise InputError(
            f"setting 'storage.credentials_file' names {str(file)!r}, which is no key file",
            hint="give the JSON key of a service account; any other kind of credentials is found "
            "by `GOOGLE_APPLICATION_CREDENTIALS`",
        ) from exc
    return credentials
