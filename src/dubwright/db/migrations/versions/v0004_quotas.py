"""What may be uploaded with each key, and what requests began that were never answered."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. What was uploaded before counts for no key."""
    op.add_column("api_key", sa.Column("quota_bytes", sa.BigInteger(), nullable=True))
    op.add_column("upload", sa.Column("key_id", sa.String(), nullable=True))
    op.add_column("idempotent_call", sa.Column("operation_id", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("idempotent_call", "operation_id")
    op.drop_column("upload", "key_id")
    op.drop_column("api_key", "quota_bytes")
