"""Alembic runs the migrations of the store through this file, on a connection that `migrate` hands over."""

from alembic import context

from dure.adapters.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
