"""The version of a store: made new, brought up to this release, or refused because it is of a later one."""

from __future__ import annotations

import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from dure.adapters.store.engine import WRITES, place_of
from dure.adapters.store.people_sealed import seal_rows
from dure.model.errors import StoreError

ACTS_NAME_ROWS = "0013"
"""From this version on acts name the rows that they left."""
SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Bring the store to this release's tables, in one transaction. Raises StoreError for a store of a later release."""
    with engine.execution_options(**WRITES).begin() as connection:
        config = _config(connection)
        versions = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
        now = _version(connection)
        if now is not None and now not in versions:
            what = f"the store is of version {now}, which this release does not know"
            raise StoreError(what, where=place_of(engine), remedy="use the release that made it, or a later one")
        command.upgrade(config, "head")
        if now is not None and now < ACTS_NAME_ROWS:
            seal_rows(connection, int(time.time()))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def versions_of(engine: Engine) -> tuple[str | None, list[str]]:
    """Which version a store is of, None where there is none yet, and those that this release knows, newest first. Nothing is changed."""
    with engine.connect() as connection:
        known = [one.revision for one in ScriptDirectory.from_config(_config(connection)).walk_revisions()]
        return _version(connection), known
