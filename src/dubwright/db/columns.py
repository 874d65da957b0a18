"""Column types: instants in UTC, and JSON that is a checked pydantic model."""

from datetime import UTC, datetime
from typing import TypeVar

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

M = TypeVar("M", bound=BaseModel)

Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite keeps it without its zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Model(sa.types.TypeDecorator[M]):
    """A frozen pydantic model, kept as JSON."""

    impl = Json
    cache_ok = True

    def __init__(self, kind: type[M]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: M | None, dialect: Dialect) -> object:
        """As JSON values."""
        return None if value is None else value.model_dump(mode="json")

    def process_result_value(self, value: object, dialect: Dialect) -> M | None:
        """Checked again: a row may be older than the code."""
        return None if value is None else self.kind.model_validate(value)
