"""What an operator may set, for each of the three providers."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveFloat, SecretStr

from dubwright.domain.language import base_language, parse_language
from dubwright.domain.speech import Gender
from dubwright.ports import ProviderOptions
from dubwright_openai_compatible.languages import LISTED


def _base(tag: str) -> str:
    return base_language(parse_language(tag))


Languages = Annotated[tuple[Annotated[str, AfterValidator(_base)], ...], Field(min_length=1)]
Model = Annotated[str, Field(min_length=1)]


class EndpointOptions(ProviderOptions):
    """Where the server is, and who asks it."""

    base_url: str = Field(
        default="https://api.openai.com/v1",
        description="The address before `/chat/completions` and the like. `http` only on this machine.",
    )
    api_key: SecretStr | None = Field(
        default=None,
        description="Sent with every call. Unset: the environment variable `OPENAI_API_KEY`.",
    )
    timeout_s: PositiveFloat = Field(
        default=60.0, description="How long one call may take, in seconds."
    )
    languages: Languages = Field(
        default=LISTED, description="The languages on offer, as tags such as `pt`."
    )
    product: str | None = Field(
        default=None,
        description="The row of the price list. Unset: by the model. Empty: calls are free.",
    )

    def decisive(self) -> str:
        """The options that an answer depends on, as JSON: not who asks, nor what is on offer."""
        return self.model_dump_json(
            exclude={"api_key", "timeout_s", "product", "languages", "voices"}
        )


class TranslatorOptions(EndpointOptions):
    """Which model translates."""

    model: Model = Field(default="gpt-4o-mini", description="The chat model that translates.")
    temperature: float | None = Field(
        default=0.0, ge=0, le=2, description="How free it is with words. `null`: not sent."
    )
    json_mode: bool = Field(
        default=True, description="Ask for a JSON object with `response_format`."
    )


class VoiceOption(BaseModel):
    """One voice of the server. It speaks all the languages on offer, unless some are named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, description="The server's name for it.")
    gender: Gender = Field(default="unknown", description="Decides whom it may play.")
    languages: tuple[Annotated[str, AfterValidator(_base)], ...] = Field(
        default=(), description="The languages it speaks. Empty: all on offer."
    )


# OpenAI tells no genders; these are as listeners describe the voices.
_VOICES = (
    VoiceOption(id="nova", gender="female"),
    VoiceOption(id="onyx", gender="male"),
    VoiceOption(id="shimmer", gender="female"),
    VoiceOption(id="echo", gender="male"),
    VoiceOption(id="alloy", gender="neutral"),
    VoiceOption(id="fable", gender="neutral"),
)


class SpeakingOptions(EndpointOptions):
    """Which model speaks, with which voices."""

    model: Model = Field(default="tts-1", description="The model that speaks.")
    voices: tuple[VoiceOption, ...] = Field(
        default=_VOICES, min_length=1, description="The voices, best first."
    )
    response_format: Literal["wav", "pcm"] = Field(
        default="wav", description="The form of the sound: with a header, or bare 16-bit samples."
    )
    pcm_rate: int = Field(
        default=24_000, ge=8_000, le=192_000, description="Of bare samples, in Hz."
    )
    native_speed: bool = Field(
        default=True, description="Whether the model obeys `speed`; `gpt-4o-mini-tts` does not."
    )


class RecogniserOptions(EndpointOptions):
    """Which model hears."""

    model: Model = Field(
        default="whisper-1", description="The model that hears. It has to tell times of words."
    )
