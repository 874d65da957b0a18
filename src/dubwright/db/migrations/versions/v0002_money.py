"""What work costs, and what it may cost."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. Calls that were made before were not billed, so they cost nothing."""
    op.add_column("project", sa.Column("budget_micro_usd", sa.BigInteger(), nullable=True))
    op.add_column("project", _count("spent_micro_usd", sa.BigInteger()))
    op.add_column("project", _count("unpriced_calls", sa.Integer()))
    op.add_column(
        "provider_call", sa.Column("product", sa.String(), nullable=False, server_default="")
    )
    op.add_column("provider_call", _count("billed_units", sa.BigInteger()))
    op.add_column("provider_call", sa.Column("cost_micro_usd", sa.BigInteger(), nullable=True))
    op.add_column("provider_call", sa.Column("prices_as_of", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back."""
    for column in ("prices_as_of", "cost_micro_usd", "billed_units", "product"):
        op.drop_column("provider_call", column)
    for column in ("unpriced_calls", "spent_micro_usd", "budget_micro_usd"):
        op.drop_column("project", column)


def _count(name: str, kind: sa.types.TypeEngine[int]) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default="0")
