"""The means of every use case: the database, the object store, the job engine, and the limits."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from dubwright.catalogue import default_store
from dubwright.db.engine import Database
from dubwright.domain.pricing import PriceList
from dubwright.domain.timeline import Document
from dubwright.jobs.documents import DocumentShelf
from dubwright.jobs.machine import Machine
from dubwright.jobs.offering import ChosenEngine, Offers, RegistryOffers
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.probe import ProbeLimits
from dubwright.ports.job_engine import JobEngine
from dubwright.ports.object_store import ObjectStore
from dubwright.sources.guarded_http import CallRules
from dubwright.sources.links import LinkOffer

D = TypeVar("D", bound=Document)


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Places and limits."""

    data_folder: Path
    max_upload_bytes: int = 10 * 2**30
    uploads_kept: timedelta = timedelta(hours=24)
    spare_disk_bytes: int = 512 * 2**20
    max_waiting: int = 10_000
    max_waiting_per_account: int = 2_000
    downloads_last: timedelta = timedelta(hours=1)
    probe_limits: ProbeLimits = field(default_factory=ProbeLimits)
    outgoing: CallRules = field(default_factory=CallRules)
    links: LinkOffer = field(default_factory=LinkOffer)
    prices: PriceList = field(default_factory=PriceList)
    checker: ChosenEngine | None = None
    """The recogniser that is set to hear dubs back."""

    @property
    def uploads_folder(self) -> Path:
        """Where arriving files are."""
        return self.data_folder / "uploads"


@dataclass(frozen=True, slots=True)
class Service:
    """What the doors hand to every use case."""

    database: Database
    store: ObjectStore
    engine: JobEngine
    options: ServiceOptions
    now: Callable[[], datetime] = utc_now
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """What all API processes sign with."""
    offers: Offers = field(default_factory=lambda: RegistryOffers({}))
    machine: Machine = field(default_factory=lambda: Machine(Ffmpeg(), default_store()))
    documents: DocumentShelf = field(default_factory=DocumentShelf, repr=False)

    def read_document(self, kind: type[D], key: str) -> D:
        """A document of the object store. Raises what `documents.read_document` raises."""
        return self.documents.read(self.store, kind, key)
