"""People and what they hold: organisations, persons, tokens, projects, calls, applications, grants."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=nullable, autoincrement=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=False)


def _flag(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean, nullable=nullable)


def _make(
    table: str, *columns: sa.Column[Any], primary: tuple[str, ...] = ("id",), unique: str = "", links: dict[str, str] | None = None
) -> None:
    """A table with its primary key, and links: column → the table that it names a row of."""
    found: list[Any] = [
        sa.ForeignKeyConstraint([column], [f"{other}.{'number' if other == 'project' else 'id'}"], name=f"fk_{table}_{column}")
        for column, other in (links or {}).items()
    ]
    if unique:
        found.append(sa.UniqueConstraint(unique, name=f"uq_{table}_{unique}"))
    op.create_table(table, *columns, sa.PrimaryKeyConstraint(*primary, name=f"pk_{table}"), *found)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


COUNTED = ("organisation", "person", "token", "project", "call", "application", "granted", "allocation", "warning", "change")


def upgrade() -> None:
    _people()
    _projects()
    _calls()
    _grants()
    _make("counter", _text("name"), _number("next"), primary=("name",))
    values = ", ".join(f"('{name}', 1)" for name in COUNTED)
    op.execute(f"INSERT INTO counter (name, next) VALUES {values}")


def _people() -> None:
    texts = ("name", "name_ko", "kind", "region", "size")
    _make("organisation", _number("id"), *map(_text, texts), _number("made_at"), unique="name")
    personal = (_text("name"), _text("mail"), _number("made_at"), _number("erased_at", nullable=True))
    _make("person", _number("id"), _number("organisation"), *personal, links={"organisation": "organisation"})
    _make("identity", _text("hash"), _number("person"), _number("made_at"), primary=("hash",), links={"person": "person"})
    roles = (_number("person"), _text("role"), _text("site"), _number("since"))
    _make("person_role", *roles, primary=("person", "role", "site"), links={"person": "person"})
    columns = (_text("hash"), _text("label"), _json("scopes"), _number("made_at"), _number("expires_at"))
    _make(
        "token", _number("id"), _number("person"), *columns, _number("revoked_at", nullable=True), unique="hash", links={"person": "person"}
    )
    _index("token", "person")


def _projects() -> None:
    project = (_number("number"), _text("name"), _text("title"), _number("organisation"), _text("state"), _number("made_at"))
    _make("project", *project, primary=("number",), unique="name", links={"organisation": "organisation"})
    member = (_number("project"), _number("person"), _text("role"), _number("since"))
    _make("member", *member, primary=("project", "person"), links={"project": "project", "person": "person"})
    _index("member", "person")


def _calls() -> None:
    call = (_text("name"), _text("title"), _text("state"), _number("opens_at"), _number("closes_at", nullable=True), _json("rule"))
    _make("call", _number("id"), *call, unique="name")
    _make(
        "application",
        *map(_number, ("id", "call")),
        *map(_text, ("project", "title")),
        *map(_number, ("organisation", "person")),
        _text("form"),
        *map(_number, ("term_s", "micro")),
        _text("pool"),
        *map(_number, ("nodes", "least")),
        _text("state"),
        _number("submitted_at"),
        _text("reason"),
        _number("score_milli", nullable=True),
        _number("budget_won", nullable=True),
        links={name: name for name in ("call", "organisation", "person")},
    )
    _index("application", "call", "state")
    _index("application", "person")
    columns = (_number("application"), _number("person"), _json("points"), _text("comment"), _number("at"))
    _make("review", *columns, primary=("application", "person"), links={"application": "application", "person": "person"})


def _grants() -> None:
    _make(
        "granted",
        *map(_number, ("id", "project")),
        *(_number(name, nullable=True) for name in ("call", "application", "asked_by")),
        _number("signed_by"),
        *map(_text, ("lane", "state", "reason")),
        *map(_number, ("granted_at", "from_at", "to_at")),
        _number("ended_at", nullable=True),
        _number("copay_ppm"),
        *(_number(name, nullable=True) for name in ("price_won", "budget_won")),
        links={"project": "project", "call": "call", "application": "application", "asked_by": "person", "signed_by": "person"},
    )
    _index("granted", "project")
    _index("granted", "state", "to_at")
    _make(
        "allocation",
        *map(_number, ("id", "granted", "project")),
        _text("form"),
        *map(_number, ("from_at", "to_at", "micro")),
        _text("pool"),
        *map(_number, ("nodes", "notice_s")),
        _flag("lent"),
        *(_number(name, nullable=True) for name in ("begun_at", "released_at")),
        _number("returned_micro"),
        links={"granted": "granted", "project": "project"},
    )
    _index("allocation", "granted")
    _index("allocation", "project")
    _make(
        "warning",
        *map(_number, ("id", "granted")),
        _text("kind"),
        *map(_number, ("at", "due_at")),
        _json("reasons"),
        _text("answer"),
        *(_number(name, nullable=True) for name in ("answered_by", "answered_at")),
        _flag("accepted", nullable=True),
        *(_number(name, nullable=True) for name in ("judged_by", "judged_at")),
        links={"granted": "granted"},
    )
    _index("warning", "granted")
    columns = (_number("granted"), _number("used_micro"), _number("at"), _number("won"))
    _make("payment", *columns, primary=("granted", "used_micro"), links={"granted": "granted"})
