"""Which of the speakers' addresses may change a proposal. Until now each of them could."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("speaker", sa.Column("may_change", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Back."""
    op.drop_column("speaker", "may_change")
