"""Drafts of the programme are released by people; a draft keeps what it was made from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Until now every draft was public: the last that was written stays so."""
    with op.batch_alter_table("draft") as table:
        table.add_column(sa.Column("inputs", sa.String(length=64), nullable=False, server_default=""))
        table.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("written", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE draft SET released_at = made_at"
        " WHERE number = (SELECT MAX(number) FROM draft WHERE published)"
    )
    with op.batch_alter_table("draft") as table:
        table.drop_column("published")


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("draft") as table:
        table.add_column(sa.Column("published", sa.Boolean(), nullable=False, server_default=sa.false()))
        for column in ("inputs", "facts", "written", "released_at"):
            table.drop_column(column)
