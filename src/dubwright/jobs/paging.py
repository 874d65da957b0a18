"""Pages of rows, newest first: a cursor names the last row that was shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from dubwright.db.tables import ApiKey, Delivery, Glossary, Operation, Project, Upload, Webhook
from dubwright.domain.errors import InputError

Row = TypeVar("Row", ApiKey, Delivery, Glossary, Operation, Project, Upload, Webhook)


# Whoever makes one up gets no further than to another place in their own list.
_PLACE = re.compile(r"([0-9]{1,18})\.([a-z0-9_]{1,64})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """How many rows, and after which one; `after` None: from the newest."""

    limit: int = 50
    after: str | None = None


def page_of(
    session: Session, table: type[Row], cursor: Cursor, *conditions: ColumnElement[bool]
) -> tuple[Sequence[Row], str | None]:
    """The rows of one page, and the cursor of the next page, None at the end."""
    wanted = select(table).where(*conditions)
    if cursor.after is not None:
        created_at, row_id = _parsed(cursor.after)
        wanted = wanted.where(tuple_(table.created_at, table.id) < (created_at, row_id))
    newest_first = wanted.order_by(table.created_at.desc(), table.id.desc())
    rows = session.scalars(newest_first.limit(cursor.limit + 1)).all()
    shown = rows[: cursor.limit]
    more = len(rows) > cursor.limit
    return shown, f"{shown[-1].created_at.timestamp() * 1e6:.0f}.{shown[-1].id}" if more else None


def _parsed(after: str) -> tuple[datetime, str]:
    place = _PLACE.fullmatch(after)
    if place is None:
        raise _not_ours()
    try:
        return datetime.fromtimestamp(int(place[1]) / 1e6, UTC), place[2]
    except (ValueError, OverflowError, OSError) as exc:
        raise _not_ours() from exc


def _not_ours() -> InputError:
    return InputError("the cursor was not made by this service", hint="use `next_cursor` as it is")
