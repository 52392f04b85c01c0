"""The level of a talk: beginner, intermediate or advanced. Of the proposals that are there it is not known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("proposal", sa.Column("level", sa.String(length=12), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("proposal", "level")
