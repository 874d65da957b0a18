"""All configuration, read once by `bootstrap`. The environment wins over `dubwright.toml`.

`python -m dubwright.settings` prints the page that documents it, docs/settings.md.
"""

import sys
import tomllib
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal

from pydantic import (
    BaseModel,
    ByteSize,
    ConfigDict,
    Field,
    JsonValue,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from dubwright.domain.errors import InputError

SETTINGS_FILE = "dubwright.toml"
_PREFIX = "DUBWRIGHT_"
_DELIMITER = "__"


class ProviderChoice(BaseModel):
    """Which engine stands behind a port."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str = Field(description="The engine's name, one of `dubwright providers`.")
    options: dict[str, JsonValue] = Field(
        default_factory=dict, description="The engine's own options, as a table or as JSON."
    )
    calls_per_minute: PositiveFloat | None = Field(
        default=None, description="Calls are spaced so that there are no more. Unset: no limit."
    )
    fallbacks: tuple["ProviderChoice", ...] = Field(
        default=(), description="Engines that are asked, in order, when this one does not answer."
    )


class RetrySettings(BaseModel):
    """How long to keep asking an engine that fails for the moment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempts: PositiveInt = Field(default=4, description="Calls at most, the first one included.")
    first_wait_s: NonNegativeFloat = Field(
        default=0.5, description="Seconds before the second call; each further wait is doubled."
    )
    longest_wait_s: NonNegativeFloat = Field(
        default=20.0, description="Where the doubling ends, in seconds."
    )
    deadline_s: PositiveFloat = Field(
        default=120.0,
        description="No call is repeated later than this after the first, in seconds.",
    )


class Limits(BaseModel):
    """What is refused before any work is done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_duration_s: PositiveInt = Field(
        default=4 * 60 * 60, description="The longest video taken, in seconds."
    )
    max_size_bytes: ByteSize = Field(
        default=ByteSize(10 * 2**30),
        gt=0,
        description="The largest video file taken, in bytes or as `10GiB`.",
    )


class ServerSettings(BaseModel):
    """How the service is reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=1, le=65_535, description="The port to listen on.")
    auth: Literal["auto", "required"] = Field(
        default="auto",
        description="`auto`: no key is needed until one is made, and on this machine alone. `required`: always.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=(),
        description="Names and addresses under which the service may be asked for, health checks included. Empty: any.",
    )
    cors_origins: tuple[str, ...] = Field(
        default=(), description="Other sites whose pages may call the API."
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(),
        description="Addresses of proxies whose word on the caller's address and on https is taken.",
    )
    open_metrics: bool = Field(
        default=False, description="Whether `/metrics` is served without a key."
    )
    max_waiting: PositiveInt = Field(
        default=20_000, description="Operations that may wait in all; more are refused."
    )
    max_waiting_per_account: PositiveInt = Field(
        default=12_000, description="Operations of one account that may wait."
    )
    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(),
        description="Private networks that webhooks may be sent to, such as `10.1.0.0/16`. Empty: public addresses only.",
    )
    webhook_http: bool = Field(
        default=False,
        description="Whether webhooks may be sent over http, and to any port; else https to 443 and the like.",
    )


class WorkerSettings(BaseModel):
    """How much one worker process does at a time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    long_slots: PositiveInt = Field(
        default=1, description="Whole dubs and stages at a time; each uses all cores."
    )
    quick_slots: PositiveInt = Field(
        default=1, description="Edits and short texts at a time, beside the long ones."
    )
    niceness: int = Field(
        default=10,
        ge=0,
        le=19,
        description="How far workers step back for other programs, as with `nice`, so that the API answers at once on the same machine.",
    )
    lease_s: PositiveFloat = Field(
        default=30.0,
        description="On PostgreSQL: a worker that was not heard of for so long is replaced.",
    )
    stop_s: PositiveFloat = Field(
        default=4.0,
        le=4.0,
        description="What runs may end within so many seconds when a worker stops; then others go on with it.",
    )


class RetentionSettings(BaseModel):
    """How long things are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operations_days: PositiveInt = Field(
        default=90, description="Days for which operations that ended stay, with their events."
    )
    calls_days: PositiveInt = Field(
        default=400, description="Days for which engine calls stay, for the usage report."
    )
    audit_days: PositiveInt = Field(
        default=400, description="Days for which it is known who changed what."
    )
    deliveries_days: PositiveInt = Field(
        default=30, description="Days for which messages to webhooks can be sent again."
    )
    uploads_hours: PositiveInt = Field(
        default=24, description="Hours for which an upload stays that no project uses."
    )
    files_days: PositiveInt = Field(
        default=1, description="Days for which files stay that nothing refers to any more."
    )
    work_days: PositiveInt = Field(
        default=30,
        description="Days for which the work of idle projects stays; later edits cost more then.",
    )
    scratch_hours: PositiveInt = Field(
        default=24, description="Hours for which decoded sound stays on a worker's disk."
    )


class Settings(BaseSettings):
    """The whole configuration, checked."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_nested_delimiter=_DELIMITER,
        toml_file=SETTINGS_FILE,
        extra="forbid",
        frozen=True,
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
    data_folder: Path = Field(
        default=Path("data"), description="Where the service keeps its database and files."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="`postgresql+psycopg://user:password@host/database`. Unset: SQLite in the data folder.",
    )
    server: ServerSettings = Field(
        default=ServerSettings(), description="How the service is reached."
    )
    worker: WorkerSettings = Field(
        default=WorkerSettings(), description="How much one worker does at a time."
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
        setting = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"setting {setting!r} cannot be used: {first['msg']}",
            hint=f"see docs/settings.md; it is `{_variable(first['loc'])}` in the environment",
        ) from exc
    except tomllib.TOMLDecodeError as exc:
        raise InputError(f"{SETTINGS_FILE!r} is not TOML: {exc}", hint="mend the line") from exc
    except SettingsError as exc:
        raise InputError(
            f"the environment cannot be read: {exc}", hint="tables and lists are written as JSON"
        ) from exc


def settings_page() -> str:
    """The Markdown page with every setting: its name, variable, default and meaning."""
    rows = "\n".join(_rows(Settings))
    return f"""# Settings

Dubwright works without any. A setting stands in the file `{SETTINGS_FILE}` in the working directory,
or in the environment, which wins. A dot in a name is a table in the file, and `{_DELIMITER}` in a variable:

```toml
# {SETTINGS_FILE}
workers = 2

[text_to_speech]
provider = "kokoro"
```

is the same as `{_PREFIX}WORKERS=2` and `{_PREFIX}TEXT_TO_SPEECH{_DELIMITER}PROVIDER=kokoro`.
Lists and tables in the environment are JSON.

| setting | variable | default | meaning |
|---|---|---|---|
{rows}

This page is made by `python -m dubwright.settings > docs/settings.md`.
"""


def _rows(
    model: type[BaseModel], parents: tuple[str, ...] = (), given: object = None
) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = (*parents, name)
        default = getattr(given, name) if given is not None else _default(field)
        if isinstance(default, BaseModel):
            yield from _rows(type(default), path, default)
        else:
            yield (
                f"| `{'.'.join(path)}` | `{_variable(path)}` | {_shown(default)}"
                f" | {field.description} |"
            )


def _default(field: FieldInfo) -> object:
    # A default made from the machine, such as a folder, is told in words by the description.
    return None if field.default_factory is not None else field.default


def _shown(default: object) -> str:
    if default is None or default in ((), {}):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _variable(path: tuple[str | int, ...]) -> str:
    return _PREFIX + _DELIMITER.join(str(part) for part in path).upper()


if __name__ == "__main__":
    sys.stdout.write(settings_page())
