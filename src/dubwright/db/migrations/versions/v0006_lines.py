"""Lines that people found fine, numbers of lines that are gone, and speakers who are one person."""

import sqlalchemy as sa
from alembic import op

from dubwright.db.columns import Json

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. No line was accepted and no speaker merged before."""
    op.add_column(
        "project", sa.Column("merged_speakers", Json, nullable=False, server_default="{}")
    )
    op.add_column(
        "project", sa.Column("highest_line", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("target", sa.Column("accepted_lines", Json, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Go back."""
    op.drop_column("target", "accepted_lines")
    op.drop_column("project", "highest_line")
    op.drop_column("project", "merged_speakers")
