"""All settings together, and how they are read: the environment wins over `dubwright.toml`."""

import tomllib
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, PositiveInt, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from dubwright.domain.errors import InputError
from dubwright.settings.naming import DELIMITER, PREFIX, value_at, variable_of
from dubwright.settings.sections import (
    Limits,
    LinkSettings,
    ProviderChoice,
    RetentionSettings,
    RetrySettings,
    ServerSettings,
    WorkerSettings,
)
from dubwright.settings.storage import StorageSettings

SETTINGS_FILE: Final = "dubwright.toml"


class Settings(BaseSettings):
    """The whole configuration, checked."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        env_ignore_empty=True,
        toml_file=SETTINGS_FILE,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        nested_model_default_partial_update=True,
    )

    voice_activity: ProviderChoice = Field(
        default=ProviderChoice(provider="silero"), description="Finds out when anybody speaks."
    )
    speech_to_text: ProviderChoice = Field(
        default=ProviderChoice(provider="whisper"), description="Hears the speech."
    )
    translator: ProviderChoice = Field(
        default=ProviderChoice(provider="bergamot"), description="Translates the lines."
    )
    text_to_speech: ProviderChoice = Field(
        default=ProviderChoice(provider="kokoro"), description="Speaks the lines."
    )
    hear_back: ProviderChoice | None = Field(
        default=None,
        description="Hears the finished dub to prove it. Unset: the engine that hears the speech, or `whisper` where that one's calls are paid.",
    )
    diarizer: ProviderChoice = Field(
        default=ProviderChoice(provider="embeddings"), description="Tells who speaks when."
    )
    source_separator: ProviderChoice = Field(
        default=ProviderChoice(provider="deepfilter"),
        description="Separates speech and background.",
    )
    retry: RetrySettings = Field(
        default=RetrySettings(), description="For engines that fail for the moment."
    )
    limits: Limits = Field(default=Limits(), description="What is refused at once.")
    models_folder: Path | None = Field(
        default=None,
        description="Where the models are kept. Unset: `$XDG_CACHE_HOME/dubwright/models`, or else `~/.cache/dubwright/models`.",
    )
    models_mirror: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="A web address that is asked for models before their official one.",
    )
    ffmpeg: Path | None = Field(
        default=None,
        description="The ffmpeg program. Unset: the one on the `PATH`, or else that of `imageio-ffmpeg`.",
    )
    workers: PositiveInt | None = Field(
        default=None, description="Engine calls at a time. Unset: one for each core."
    )
    prices: Path | None = Field(
        default=None,
        description="A price file (docs/money.md) over the prices that Dubwright comes with.",
    )
    data_folder: Path = Field(
        default=Path("data"), description="Where the service keeps its database and files."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="`postgresql+psycopg://user:password@host/database`. Unset: SQLite in the data folder.",
    )
    storage: StorageSettings = Field(
        default=StorageSettings(), description="Where files are kept for good."
    )
    server: ServerSettings = Field(
        default=ServerSettings(), description="How the service is reached."
    )
    worker: WorkerSettings = Field(
        default=WorkerSettings(), description="How much one worker does at a time."
    )
    links: LinkSettings = Field(
        default=LinkSettings(), description="Whether and how videos are fetched by their links."
    )
    retention: RetentionSettings = Field(
        default=RetentionSettings(), description="How long things are kept."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning",
        description="Events of this level and above are logged. The service logs `info` unless this is set.",
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Lines for people, or JSON for machines."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The caller first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """Read the environment and `dubwright.toml` in the working directory, if there is one.

    Raises `InputError` that names the setting.
    """
    try:
        return Settings()
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        place = value_at(Settings, first["loc"])
        setting = ".".join(map(str, place))
        raise InputError(
            f"setting {setting!r} cannot be used: {first['msg']}",
            hint=f"see docs/settings.md; it is `{variable_of(place)}` in the environment",
        ) from exc
    except tomllib.TOMLDecodeError as exc:
        raise InputError(f"{SETTINGS_FILE!r} is not TOML: {exc}", hint="mend the line") from exc
    except SettingsError as exc:
        raise InputError(
            f"the environment cannot be read: {exc}", hint="tables and lists are written as JSON"
        ) from exc
