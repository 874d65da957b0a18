"""What the four Google providers let an operator choose, and the hosts that follow from it."""

from typing import Literal

from pydantic import Field, PositiveFloat

from dubwright.ports.provider import ProviderOptions

SpeechModel = Literal["chirp_3", "chirp_2", "long"]
LOCATION = r"^[a-z][a-z0-9-]*$"
_HOST = r"^[A-Za-z0-9.-]+(:\d+)?$"


class GoogleOptions(ProviderOptions):
    """Whose account, where, and how long to wait."""

    project: str | None = Field(
        default=None, description="The Google Cloud project. Unset: that of the credentials."
    )
    endpoint: str | None = Field(
        default=None,
        pattern=_HOST,
        description="Host of the service, with a port where it is not 443. Unset: Google's for the location.",
    )
    timeout_s: PositiveFloat = Field(
        default=15.0, description="How long one call may take, in seconds."
    )


class GoogleSpeechOptions(GoogleOptions):
    """Which model listens, where, and through which bucket long recordings go."""

    location: str = Field(
        default="eu",
        pattern=LOCATION,
        description="Where sound is recognised: `eu`, `us` or a region.",
    )
    model: SpeechModel = Field(default="chirp_3", description="The model that listens.")
    bucket: str | None = Field(
        default=None,
        description="The Cloud Storage bucket for long recordings, which are then recognised in batches. Unset: all sound goes in clips of half a minute.",
    )
    storage_endpoint: str = Field(
        default="https://storage.googleapis.com", description="Address of Cloud Storage."
    )
    batch_minutes: float = Field(
        default=18, gt=1, le=18, description="The longest recording in one batch, in minutes."
    )
    batch_timeout_s: PositiveFloat = Field(
        default=3600.0, description="How long a batch is waited for, in seconds."
    )


class GoogleDiarizerOptions(GoogleSpeechOptions):
    """The same, for telling speakers apart: only `chirp_3` can, and only through a bucket."""

    model: Literal["chirp_3"] = Field(default="chirp_3", description="The model that listens.")


def speech_host(options: GoogleSpeechOptions, location: str) -> str:
    """The host that recognises at a location."""
    if options.endpoint:
        return options.endpoint
    return "speech.googleapis.com" if location == "global" else f"{location}-speech.googleapis.com"


def translation_host(endpoint: str | None, location: str) -> str:
    """The host that translates at a location; European regions have one that stays there."""
    if endpoint:
        return endpoint
    european = location.startswith("europe-")
    return "translate-eu.googleapis.com" if european else "translate.googleapis.com"


def voice_host(endpoint: str | None, location: str) -> str:
    """The host that speaks at a location."""
    if endpoint:
        return endpoint
    prefix = "" if location == "global" else f"{location}-"
    return f"{prefix}texttospeech.googleapis.com"
