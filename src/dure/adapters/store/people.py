"""People of a programme in the store: persons, tokens, projects, calls, grants, each change with its act in one transaction.

`People(engine, inbox)` is made of parts, each in its file: `people_persons`, `people_tokens`, `people_projects`, `people_grants`,
`people_calls`, `people_panels`, `people_watch`, `people_settle`; they stand on `people_desk`, which holds the transaction, the key and
the right.
"""

from __future__ import annotations

from dure.adapters.store.people_settle import Settling


class People(Settling):
    """Everything that people change; `programme.roles` says who may."""
