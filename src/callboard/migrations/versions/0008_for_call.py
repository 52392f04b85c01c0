"""Which days and topics a proposal was read for. Until now its half-days and topics stayed as they were first read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("proposal", sa.Column("for_days", sa.String(length=64), nullable=True))
    op.add_column("proposal", sa.Column("for_topics", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("proposal", "for_topics")
    op.drop_column("proposal", "for_days")
