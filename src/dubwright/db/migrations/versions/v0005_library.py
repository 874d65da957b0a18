"""Long lists of projects: found by a part of their name, with their newest operation."""

import sqlalchemy as sa
from alembic import op

from dubwright.db.searching import searchable

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PROJECT = sa.table("project", sa.column("id"), sa.column("name"), sa.column("searchable_name"))


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "project", sa.Column("searchable_name", sa.String(), nullable=False, server_default="")
    )
    _fill()
    op.create_index(
        "ix_project_account_id_created_at", "project", ["account_id", "created_at", "id"]
    )
    op.drop_index("ix_project_account_id", "project")
    op.create_index(
        "ix_operation_project_id_created_at", "operation", ["project_id", "created_at", "id"]
    )
    op.drop_index("ix_operation_project_id", "operation")
    op.create_index("ix_artifact_operation_id", "artifact", ["operation_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_artifact_operation_id", "artifact")
    op.create_index("ix_operation_project_id", "operation", ["project_id"])
    op.drop_index("ix_operation_project_id_created_at", "operation")
    op.create_index("ix_project_account_id", "project", ["account_id"])
    op.drop_index("ix_project_account_id_created_at", "project")
    op.drop_column("project", "searchable_name")


def _fill() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(_PROJECT.c.id, _PROJECT.c.name)).all()
    if rows:
        changed = _PROJECT.update().where(_PROJECT.c.id == sa.bindparam("of"))
        connection.execute(
            changed.values(searchable_name=sa.bindparam("folded")),
            [{"of": row.id, "folded": searchable(row.name)} for row in rows],
        )
