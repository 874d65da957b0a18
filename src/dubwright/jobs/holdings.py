"""How much an account holds."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact, Upload


def stored_bytes(session: Session, account_id: str) -> int:
    """What an account holds: its sources, once each, and its artifacts.

    Work files are shared by projects and go with the last of them; they are not counted.
    """
    sources = (
        sa.select(Upload.size_bytes, sa.func.coalesce(Upload.object_key, Upload.id).label("thing"))
        .where(Upload.account_id == account_id)
        .distinct()
        .subquery()
    )
    artifacts = sa.select(Artifact.size_bytes).where(Artifact.account_id == account_id).subquery()
    return sum(
        int(session.scalar(sa.select(sa.func.coalesce(sa.func.sum(table.c.size_bytes), 0))) or 0)
        for table in (sources, artifacts)
    )
