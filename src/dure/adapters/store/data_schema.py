"""The table of named data sets. Their contents lie beside the store, named by what is in them (`data_files`)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from dure.adapters.store.schema import metadata

data_set = Table(
    "data_set",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *(Column(name, Text, nullable=False) for name in ("name", "version", "sha256")),
    *(Column(name, BigInteger, nullable=False) for name in ("project", "person", "size_bytes", "files", "at", "gone_at")),
    Index(None, "name"),
)
"""A version of a data set. `project` 0: everybody's; `gone_at`: since when no new job may name it, or 0."""
