"""What Alembic runs for every command: our metadata on the connection that `upgrade` passes in."""

from alembic import context

from callboard.model import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
