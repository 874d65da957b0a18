"""Videos that are fetched from links."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Go forward. Nothing was ever written into `source_url`."""
    op.add_column("project", sa.Column("link", JSON, nullable=True))
    op.add_column("project", sa.Column("captions_key", sa.String(), nullable=True))
    op.drop_column("project", "source_url")


def downgrade() -> None:
    """Go back."""
    op.add_column("project", sa.Column("source_url", sa.String(), nullable=True))
    op.drop_column("project", "captions_key")
    op.drop_column("project", "link")
