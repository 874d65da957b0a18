"""The tables of the settings: what belongs together, checked together."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    ByteSize,
    Field,
    JsonValue,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    model_validator,
)

from dubwright.settings.table import Table


class ProviderChoice(Table):
    """Which engine stands behind a port."""

    provider: str = Field(description="The engine's name, one of `dubwright providers`.")
    options: dict[str, JsonValue] = Field(
        default_factory=dict, description="The engine's own options, as a table or as JSON."
    )
    calls_per_minute: PositiveFloat | None = Field(
        default=None,
        description="Calls are spaced so that all workers together make no more. Unset: what the engine's vendor allows.",
    )
    calls_at_once: PositiveInt | None = Field(
        default=None,
        description="Calls that may wait for an answer at a time. Unset: the engine's own number.",
    )
    fallbacks: tuple["ProviderChoice", ...] = Field(
        default=(), description="Engines that are asked, in order, when this one does not answer."
    )

    @model_validator(mode="after")
    def _has_other_engines_to_fall_back_on(self) -> Self:
        for one in self.fallbacks:
            if one.fallbacks:
                raise ValueError("a fallback has no fallbacks of its own: list them in a row")
            if (one.provider, one.options) == (self.provider, self.options):
                raise ValueError(f"{one.provider!r} is its own fallback")
        return self


class RetrySettings(Table):
    """How long to keep asking an engine that fails for the moment."""

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
    fallback_after_s: PositiveFloat = Field(
        default=15.0,
        description="The same where a fallback can be asked instead; a call that has begun is waited for.",
    )
    rest_s: PositiveFloat = Field(
        default=60.0,
        description="How long an engine that keeps failing is passed over where there is a fallback, in seconds.",
    )


class Limits(Table):
    """What is refused before any work is done."""

    max_duration_s: PositiveInt = Field(
        default=4 * 60 * 60, description="The longest video taken, in seconds."
    )
    max_size_bytes: ByteSize = Field(
        default=ByteSize(10 * 2**30),
        gt=0,
        description="The largest video file taken, in bytes or as `10GiB`.",
    )


class ServerSettings(Table):
    """How the service is reached."""

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
    max_streams_per_account: PositiveInt = Field(
        default=50,
        description="Streams of live progress that one account may have open on each API process.",
    )
    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(),
        description="Private networks that webhooks may be sent to, such as `10.1.0.0/16`. Empty: public addresses only.",
    )
    webhook_http: bool = Field(
        default=False,
        description="Whether webhooks may be sent over http, and to any port; else https to 443 and the like.",
    )


class WorkerSettings(Table):
    """How much one worker process does at a time."""

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


class LinkSettings(Table):
    """Whether videos are fetched by their links, and how; see docs/links.md."""

    enabled: bool | Literal["auto"] = Field(
        default="auto",
        description="`auto`: on the command line, and in a service that is reached from this machine alone and has no keys. `true`: always. `false`: never.",
    )
    youtube: bool = Field(
        default=True, description="Whether links to YouTube are taken, where links are at all."
    )
    max_height: PositiveInt = Field(
        default=1080, description="The highest picture fetched from YouTube, in pixels."
    )
    pause_s: NonNegativeFloat = Field(
        default=5.0, description="Seconds between two videos from one site; one comes at a time."
    )
    cookies_file: Path | None = Field(
        default=None,
        description="Cookies for YouTube, in a file as browsers export them. Their account may be blocked.",
    )
    proxy: SecretStr | None = Field(
        default=None,
        description="A proxy for YouTube, such as `http://user:password@host:3128` or `socks5://host`.",
    )


class RetentionSettings(Table):
    """How long things are kept."""

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
