"""The organisers' votes, their orders, and the key that signs digests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "secret",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("organiser", sa.String(length=320), nullable=False),
        sa.Column("opinion", sa.String(length=20), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("to_speaker", sa.Text(), nullable=True),
        sa.Column("recused", sa.Boolean(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_vote_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("proposal_id", "organiser", name=op.f("uq_vote_proposal_id")),
    )
    op.create_index(op.f("ix_vote_proposal_id"), "vote", ["proposal_id"])
    op.create_table(
        "review_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=320), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("line", sa.Text(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["inbox_entry.id"], name=op.f("fk_review_order_entry_id_inbox_entry")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_review_order_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_order")),
    )
    for column in ("answer", "by", "entry_id", "proposal_id"):
        op.create_index(op.f(f"ix_review_order_{column}"), "review_order", [column])


def downgrade() -> None:
    """Back."""
    op.drop_table("review_order")
    op.drop_table("vote")
    op.drop_table("secret")
