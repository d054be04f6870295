"""Tables of people and what they hold. Instants are Unix seconds, credits micro-credits, money whole won.

Name and mail address stand in `person` and nowhere else; a login of an identity provider is kept as a hash. `counter` numbers rows
without gaps; its row `change` is locked first by every change, so that changes come one after the other, and counts them.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Table, Text

from dure.adapters.store.schema import metadata


def _number(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=primary_key, nullable=nullable, autoincrement=False)


def _text(name: str, *, unique: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, unique=unique)


def _of(table: str, other: str, *, name: str = "", primary_key: bool = False, nullable: bool = False) -> Column[int]:
    """A column that names a row of another table."""
    column = name or other
    key = "number" if other == "project" else "id"
    link = ForeignKey(f"{other}.{key}", name=f"fk_{table}_{column}")
    return Column(column, BigInteger, link, primary_key=primary_key, nullable=nullable, autoincrement=False)


counter = Table("counter", metadata, Column("name", Text, primary_key=True), _number("next"))

organisation = Table(
    "organisation",
    metadata,
    _number("id", primary_key=True),
    _text("name", unique=True),
    *map(_text, ("name_ko", "kind", "region", "size")),
    _number("made_at"),
)

person = Table(
    "person",
    metadata,
    _number("id", primary_key=True),
    _of("person", "organisation"),
    _text("name"),
    _text("mail"),
    _number("made_at"),
    _number("erased_at", nullable=True),
    Column("salt", Text, nullable=False, server_default=""),
)
"""`salt`: random; with it the hashes of what is personal stand in acts, and when it is erased nobody can tell of what they were."""

identity = Table(
    "identity",
    metadata,
    Column("hash", Text, primary_key=True),
    _of("identity", "person"),
    _number("made_at"),
)
"""SHA-256 of issuer and subject of a login elsewhere → person."""

person_role = Table(
    "person_role",
    metadata,
    _of("person_role", "person", primary_key=True),
    Column("role", Text, primary_key=True),
    Column("site", Text, primary_key=True),
    _number("since"),
)
"""`site` is empty except for operators."""

token = Table(
    "token",
    metadata,
    _number("id", primary_key=True),
    _of("token", "person"),
    _text("hash", unique=True),
    _text("label"),
    Column("scopes", JSON, nullable=False),
    _number("made_at"),
    _number("expires_at"),
    _number("revoked_at", nullable=True),
    Index(None, "person"),
)

project = Table(
    "project",
    metadata,
    _number("number", primary_key=True),
    _text("name", unique=True),
    _text("title"),
    _of("project", "organisation"),
    _text("state"),
    _number("made_at"),
)

member = Table(
    "member",
    metadata,
    _of("member", "project", primary_key=True),
    _of("member", "person", primary_key=True),
    _text("role"),
    _number("since"),
    Index(None, "person"),
)

call = Table(
    "call",
    metadata,
    _number("id", primary_key=True),
    _text("name", unique=True),
    _text("title"),
    _text("state"),
    _number("opens_at"),
    _number("closes_at", nullable=True),
    Column("rule", JSON, nullable=False),
)

application = Table(
    "application",
    metadata,
    _number("id", primary_key=True),
    _of("application", "call"),
    _text("project"),
    _text("title"),
    _of("application", "organisation"),
    _of("application", "person"),
    _text("form"),
    _number("term_s"),
    _number("micro"),
    _text("pool"),
    _number("nodes"),
    _number("least"),
    Column("models", JSON, nullable=True),
    _text("state"),
    _number("submitted_at"),
    _text("reason"),
    _number("score_milli", nullable=True),
    _number("budget_won", nullable=True),
    Index(None, "call", "state"),
    Index(None, "person"),
)

review = Table(
    "review",
    metadata,
    _of("review", "application", primary_key=True),
    _of("review", "person", primary_key=True),
    Column("points", JSON, nullable=False),
    _text("comment"),
    _number("at"),
)

granted = Table(
    "granted",
    metadata,
    _number("id", primary_key=True),
    _of("granted", "project"),
    _of("granted", "call", nullable=True),
    _of("granted", "application", nullable=True),
    _of("granted", "person", name="asked_by", nullable=True),
    _of("granted", "person", name="signed_by"),
    *map(_text, ("lane", "state", "reason")),
    *map(_number, ("granted_at", "from_at", "to_at")),
    _number("ended_at", nullable=True),
    _number("copay_ppm"),
    _number("price_won", nullable=True),
    _number("budget_won", nullable=True),
    Index(None, "project"),
    Index(None, "state", "to_at"),
)

allocation = Table(
    "allocation",
    metadata,
    _number("id", primary_key=True),
    _of("allocation", "granted", name="granted"),
    _of("allocation", "project"),
    _text("form"),
    _number("from_at"),
    _number("to_at"),
    _number("micro"),
    _text("pool"),
    _number("nodes"),
    _number("notice_s"),
    Column("lent", Boolean, nullable=False),
    _number("begun_at", nullable=True),
    _number("released_at", nullable=True),
    _number("returned_micro"),
    Column("used_micro", BigInteger, nullable=False, server_default="0"),
    Column("models", JSON, nullable=True),
    Index(None, "granted"),
    Index(None, "project"),
)
"""`begun_at`, `released_at`: when the broker was told; a term may begin later than its grant. `micro`: credits that the broker was
given; `returned_micro`: what was left of them at the end; `used_micro`: what was charged to it so far (of dedicated servers:
what was held and not lent), which only grows."""

warning = Table(
    "warning",
    metadata,
    _number("id", primary_key=True),
    _of("warning", "granted", name="granted"),
    _text("kind"),
    *map(_number, ("at", "due_at")),
    Column("reasons", JSON, nullable=False),
    _text("answer"),
    _number("answered_by", nullable=True),
    _number("answered_at", nullable=True),
    Column("accepted", Boolean),
    _number("judged_by", nullable=True),
    _number("judged_at", nullable=True),
    Index(None, "granted"),
)
"""What a holder was told about under-use, by when to answer, the answer and how it was judged."""

payment = Table(
    "payment",
    metadata,
    _of("payment", "granted", name="granted", primary_key=True),
    Column("used_micro", BigInteger, primary_key=True, autoincrement=False),
    _number("at"),
    _number("won"),
)
"""What a holder owes: `won` for the credits used since the row before, at `used_micro` credits of this grant in all."""

settlement = Table(
    "settlement",
    metadata,
    Column("operator", Text, primary_key=True),
    Column("month", BigInteger, primary_key=True, autoincrement=False),
    *map(_number, ("at", "won", "signed_by")),
    Column("body", JSON, nullable=False),
)
"""What an operator was settled with for a month (year × 12 + month − 1), as it was signed; never changed: corrections are lines of a later
one."""

COUNTED = ("organisation", "person", "token", "project", "call", "application", "granted", "allocation", "warning", "change")
