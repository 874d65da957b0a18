"""All tables. Ids are ours and random; times are aware UTC; texts of people never become keys.

`operation`, `operation_event`, `provider_call`, `error` and `audit` are the process log that the
API and the live progress read. Documents and media lie in the object store; rows hold their keys.
"""

from datetime import date, datetime

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, validates

from dubwright.db.columns import Instant, Json, Model
from dubwright.db.searching import searchable
from dubwright.domain.job import (
    EventKind,
    Failure,
    OperationKind,
    OperationProgress,
    OperationResult,
    OperationState,
    Queue,
)
from dubwright.domain.media import Source
from dubwright.domain.source_link import SourceLink

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """Base of all tables; constraint names are fixed so that migrations can name them."""

    metadata = sa.MetaData(naming_convention=_NAMES)


def _ref(column: str, *, cascade: bool = False) -> sa.ForeignKey:
    # Checked at the commit: rows of one transaction are inserted in no order we could rely on.
    action = "CASCADE" if cascade else "RESTRICT"
    return sa.ForeignKey(column, ondelete=action, deferrable=True, initially="DEFERRED")


class Account(Table):
    """Whose things these are. Nobody sees another account's things."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    quota_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)


class ApiKey(Table):
    """A key of an account. Only the SHA-256 of its secret is kept.

    `quota_bytes` is how much may be held of what was uploaded with it; None: no limit of its own.
    """

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(_ref("account.id"), index=True)
    name: Mapped[str]
    secret_sha256: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(Json)
    calls_per_minute: Mapped[int | None]
    quota_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)


class Upload(Table):
    """A file on its way in, or arrived: then `object_key` tells where it lies.

    `key_id` is the key it was announced with, for the key's quota; None: without a key.
    """

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(_ref("account.id"), index=True)
    key_id: Mapped[str | None]
    file_name: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    received_bytes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    sha256: Mapped[str | None]
    object_key: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Project(Table):
    """A source and its shared stages. `source` is None until it was ingested.

    One that began with a `link` has neither upload nor `source_key` until the video was fetched;
    `captions_key` are the captions that came with it, if they were wanted.
    `lines_key` is the script without target texts: what was said, by whom, when.
    `spent_micro_usd` is what all its operations cost, but for `unpriced_calls` that were billed
    at a price that is not known. `budget_micro_usd` None: no limit.
    `merged_speakers` tells of speakers who are somebody else who that is; `highest_line` is the
    highest number that a line was given.
    """

    __tablename__ = "project"
    __table_args__ = (
        sa.Index("ix_project_account_id_created_at", "account_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(_ref("account.id"))
    name: Mapped[str]
    searchable_name: Mapped[str] = mapped_column(server_default="")
    upload_id: Mapped[str | None] = mapped_column(_ref("upload.id"))
    link: Mapped[SourceLink | None] = mapped_column(Model(SourceLink))
    source_key: Mapped[str | None]
    source: Mapped[Source | None] = mapped_column(Model(Source))
    source_language: Mapped[str | None]
    settings: Mapped[dict[str, JsonValue]] = mapped_column(Json, default=dict)
    lines_key: Mapped[str | None]
    speakers_key: Mapped[str | None]
    captions_key: Mapped[str | None]
    speaker_names: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    merged_speakers: Mapped[dict[str, str]] = mapped_column(Json, default=dict, server_default="{}")
    highest_line: Mapped[int] = mapped_column(default=0, server_default="0")
    revision: Mapped[int] = mapped_column(default=1)
    budget_micro_usd: Mapped[int | None] = mapped_column(sa.BigInteger)
    spent_micro_usd: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    unpriced_calls: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)

    @validates("name")
    def _keep_searchable(self, _column: str, name: str) -> str:
        self.searchable_name = searchable(name)
        return name


class Target(Table):
    """One language of a project. It is stale when `output_revision` is behind `revision`.

    `lines_key` are the lines that the script was written from; `receipt_key` tells how the
    finished dub was spoken. `accepted_lines` has a mark of each line that a person found fine, as
    it was then.
    """

    __tablename__ = "target"
    __table_args__ = (sa.UniqueConstraint("project_id", "language"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(_ref("project.id", cascade=True), index=True)
    language: Mapped[str]
    voices: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    script_key: Mapped[str | None]
    receipt_key: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    output_revision: Mapped[int] = mapped_column(default=0)
    lines_key: Mapped[str | None]
    accepted_lines: Mapped[dict[str, str]] = mapped_column(Json, default=dict, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class Artifact(Table):
    """A file a person can download: of a project, of one target, or of one operation."""

    __tablename__ = "artifact"
    __table_args__ = (sa.UniqueConstraint("project_id", "target_id", "operation_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(_ref("account.id"), index=True)
    project_id: Mapped[str | None] = mapped_column(_ref("project.id", cascade=True))
    target_id: Mapped[str | None] = mapped_column(_ref("target.id", cascade=True), index=True)
    operation_id: Mapped[str | None] = mapped_column(_ref("operation.id", cascade=True), index=True)
    name: Mapped[str]
    object_key: Mapped[str] = mapped_column(index=True)
    content_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str]
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Operation(Table):
    """One asynchronous action. The API asks to cancel, workers do the rest.

    `submitted` tells that the job engine has this attempt; a worker submits what was left.
    """

    __tablename__ = "operation"
    __table_args__ = (
        sa.Index("ix_operation_account_id_created_at", "account_id", "created_at"),
        sa.Index("ix_operation_project_id_created_at", "project_id", "created_at", "id"),
        sa.Index("ix_operation_state_created_at", "state", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(_ref("account.id"))
    project_id: Mapped[str | None] = mapped_column(_ref("project.id", cascade=True))
    target_id: Mapped[str | None] = mapped_column(_ref("target.id", cascade=True), index=True)
    kind: Mapped[OperationKind] = mapped_column(sa.String)
    queue: Mapped[Queue] = mapped_column(sa.String)
    arguments: Mapped[dict[str, JsonValue]] = mapped_column(Json, default=dict)
    state: Mapped[OperationState] = mapped_column(sa.String, default="queued")
    attempt: Mapped[int] = mapped_column(default=1)
    submitted: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[OperationProgress] = mapped_column(
        Model(OperationProgress), default=OperationProgress
    )
    failure: Mapped[Failure | None] = mapped_column(Model(Failure))
    result: Mapped[OperationResult | None] = mapped_column(Model(OperationResult))
    request_id: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    last_news_at: Mapped[datetime] = mapped_column(Instant)
    cancel_requested_at: Mapped[datetime | None] = mapped_column(Instant)


class OperationEventRow(Table):
    """What happened to an operation, in the order in which listeners are told."""

    __tablename__ = "operation_event"
    __table_args__ = (
        sa.Index("ix_operation_event_operation_id_id", "operation_id", "id"),
        sa.Index("ix_operation_event_account_id_id", "account_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    operation_id: Mapped[str] = mapped_column(_ref("operation.id", cascade=True))
    account_id: Mapped[str]
    kind: Mapped[EventKind] = mapped_column(sa.String)
    state: Mapped[OperationState] = mapped_column(sa.String)
    progress: Mapped[OperationProgress] = mapped_column(Model(OperationProgress))
    message: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class ProviderCall(Table):
    """One attempt at one engine call. `piece` names what was asked for, never its text.

    The bill stays when the operation and its project are forgotten. `billed_units` are those that
    the vendor counted; `cost_micro_usd` is None where nothing was `billed`, or at an unknown price.
    """

    __tablename__ = "provider_call"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    operation_id: Mapped[str] = mapped_column(index=True)
    account_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    provider: Mapped[str]
    call: Mapped[str]
    piece: Mapped[str] = mapped_column(default="")
    units: Mapped[int] = mapped_column(default=0)
    unit: Mapped[str] = mapped_column(default="")
    billed: Mapped[bool] = mapped_column(default=False)
    product: Mapped[str] = mapped_column(default="", server_default="")
    billed_units: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    cost_micro_usd: Mapped[int | None] = mapped_column(sa.BigInteger)
    prices_as_of: Mapped[date | None] = mapped_column(sa.Date)
    elapsed_ms: Mapped[int]
    outcome: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class ErrorRow(Table):
    """Failures, counted by what they have in common."""

    __tablename__ = "error"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    message: Mapped[str]
    where: Mapped[str]
    count: Mapped[int] = mapped_column(default=1)
    last_operation_id: Mapped[str | None]
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)


class Audit(Table):
    """Who changed what through the API. Reading is not kept here, requests are in the log."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(index=True)
    key_id: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str]
    status: Mapped[int]
    request_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class IdempotentCall(Table):
    """A request that carried an `Idempotency-Key`, and what it was answered.

    `operation_id` is what it began, written together with it: known even if nobody could answer.
    """

    __tablename__ = "idempotent_call"

    account_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]
    operation_id: Mapped[str | None]
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    body: Mapped[JsonValue] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Webhook(Table):
    """Where an account wants to be told of its operations."""

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(_ref("account.id"), index=True)
    url: Mapped[str]
    secret: Mapped[str]
    events: Mapped[list[str]] = mapped_column(Json)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Delivery(Table):
    """One message to one webhook, until it was taken or given up."""

    __tablename__ = "delivery"
    __table_args__ = (sa.Index("ix_delivery_state_next_at", "state", "next_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    webhook_id: Mapped[str] = mapped_column(_ref("webhook.id", cascade=True), index=True)
    account_id: Mapped[str]
    event: Mapped[str]
    body: Mapped[JsonValue] = mapped_column(Json)
    state: Mapped[str] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    last_status: Mapped[int | None]
    last_problem: Mapped[str | None]
    next_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Glossary(Table):
    """Terms of an account for one pair of languages."""

    __tablename__ = "glossary"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(_ref("account.id"), index=True)
    name: Mapped[str]
    source_language: Mapped[str]
    target_language: Mapped[str]
    terms: Mapped[dict[str, str]] = mapped_column(Json)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class Quota(Table):
    """A rate limit shared by all processes: when its next free turn is, in seconds."""

    __tablename__ = "quota"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_turn_s: Mapped[float] = mapped_column(sa.Double)


class Worker(Table):
    """A worker process and when it was last known to live, in seconds of the database's clock."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    beat_s: Mapped[float] = mapped_column(sa.Double)
    application_version: Mapped[str]
