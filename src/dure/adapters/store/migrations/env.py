"""Alembic runs the migrations of the store through this file, on a connection that `migrate` hands over."""

from alembic import context

from dure.adapters.store import data_schema, people_schema
from dure.adapters.store.schema import metadata

assert people_schema.person.metadata is data_schema.data_set.metadata is metadata  # their tables are of the same store

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
