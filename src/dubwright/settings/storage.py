"""The table `storage`: where files are kept for good."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    PositiveFloat,
    SecretStr,
    field_validator,
    model_validator,
)

from dubwright.domain.loopback import is_loopback
from dubwright.settings.table import Table


class CdnSettings(Table):
    """A Cloud CDN before the bucket: it serves the downloads then."""

    base_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Where the CDN serves the bucket, such as `https://cdn.example.org`.",
    )
    key_name: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{1,63}$",
        description="The name under which the CDN knows the key.",
    )
    key: SecretStr | None = Field(
        default=None, description="The key that signs addresses: 128 bits in URL-safe Base64."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        given = [one is not None for one in (self.base_url, self.key_name, self.key)]
        if any(given) and not all(given):
            raise ValueError("`base_url`, `key_name` and `key` are set together or not at all")
        return self


class StorageSettings(Table):
    """Where files are kept for good."""

    kind: Literal["local", "google"] = Field(
        default="local",
        description="`local`: in the data folder. `google`: in a bucket of Cloud Storage.",
    )
    bucket: str | None = Field(
        default=None, pattern=r"^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$", description="The bucket."
    )
    prefix: str = Field(
        default="",
        pattern=r"^([a-z0-9_-]+(/[a-z0-9_-]+)*)?$",
        max_length=200,
        description="What the names of all objects begin with, so that several services can share a bucket.",
    )
    credentials_file: Path | None = Field(
        default=None,
        description="The JSON key of a service account. Unset: the credentials of the machine.",
    )
    signing_account: str | None = Field(
        default=None,
        pattern=r"^[^/\s:@]+@[^/\s:@]+$",
        description="The service account that signs downloads where credentials have no key.",
    )
    endpoint: str = Field(
        default="https://storage.googleapis.com",
        pattern=r"^https?://",
        description="Where Cloud Storage is asked. Over `http://` no credentials are sent.",
    )
    signing_endpoint: str = Field(
        default="https://iamcredentials.googleapis.com",
        pattern=r"^https?://",
        description="Where IAM Credentials is asked for signatures. Over `http://` on this machine only.",
    )
    silence_s: PositiveFloat = Field(
        default=60.0, description="Seconds for which a connection may say nothing."
    )
    deadline_s: PositiveFloat = Field(
        default=60.0, description="Seconds for which a call that fails for the moment is repeated."
    )
    cdn: CdnSettings = Field(default=CdnSettings(), description="A CDN before the bucket.")

    @model_validator(mode="after")
    def _names_a_bucket(self) -> Self:
        if self.kind == "google" and self.bucket is None:
            raise ValueError("`google` needs `storage.bucket`")
        return self

    @field_validator("signing_endpoint")
    @classmethod
    def _hides_its_token(cls, signing_endpoint: str) -> str:
        parts = urlsplit(signing_endpoint)
        if parts.scheme != "https" and not is_loopback(parts.hostname):
            raise ValueError("a token is sent there: use an `https://` address")
        return signing_endpoint
