"""Epochs of keys in the store: where each begins, and what was taken up again of those before."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from dure.adapters.store.schema import adopted, attempt, epoch, head, mark
from dure.operate.keys import START, Keys


@dataclass(frozen=True, slots=True)
class Epoch:
    """Where a restored copy stood: numbers of the next attempt, job, act and row, and its last term; `at`: when it was restored."""

    number: int
    attempt: int
    job: int
    inbox: int
    seq: int
    at: int
    term: int


@dataclass(frozen=True, slots=True)
class Again:
    """An attempt that was taken up again; `orphan`: its job is known by it alone."""

    attempt: int
    key: str
    site: str
    job: int
    orphan: bool
    at: int


def epochs_of(connection: Connection) -> list[Epoch]:
    """All but the first, in their order."""
    return [Epoch(*row) for row in connection.execute(select(epoch).order_by(epoch.c.number))]


def adopted_of(connection: Connection) -> list[Again]:
    """Everything that was ever taken up again, in the order in which it was."""
    rows = connection.execute(select(adopted).order_by(adopted.c.attempt))
    return [Again(row.attempt, row.key, row.site, row.job, bool(row.orphan), row.at) for row in rows]


def keys_of(connection: Connection) -> Keys:
    """The keys of a log."""
    epochs = [*START, *((one.number, one.attempt) for one in epochs_of(connection))]
    return Keys(epochs, {one.attempt: one.key for one in adopted_of(connection)})


def begin_epoch(connection: Connection, at: int, above: int = 0) -> Epoch:
    """From here on keys are of a new epoch, whose number no epoch of this store, of `above` and of a second before ever had."""
    now = connection.execute(select(head)).one()
    last = connection.execute(select(func.max(attempt.c.attempt))).scalar_one_or_none()
    number = max(at, now.epoch + 1, above + 1)
    new = Epoch(number, 0 if last is None else last + 1, now.jobs, now.inbox, now.seq, at, now.term)
    connection.execute(insert(epoch), [asdict(new)])
    connection.execute(update(head).values(epoch=number))
    return new


def reconciled(site: str) -> str:
    """The mark that says for which epoch a site has been asked what it has."""
    return f"epoch {site}"


def give_up(connection: Connection, sites: list[str], number: int) -> None:
    """Sites that need not be asked in this epoch: nobody will ever hear of them again."""
    for site in sites:
        if connection.execute(update(mark).where(mark.c.source == reconciled(site)).values(position=number)).rowcount != 1:
            connection.execute(insert(mark), {"source": reconciled(site), "position": number})


def key_columns(number: ColumnElement[int]) -> tuple[ColumnElement[int], ColumnElement[str]]:
    """To be selected along with an attempt's number: its epoch, and its old key where it was taken up again."""
    newest = select(func.max(epoch.c.number)).where(epoch.c.attempt <= number).scalar_subquery()
    old = select(adopted.c.key).where(adopted.c.attempt == number).scalar_subquery()
    return func.coalesce(newest, 0).label("epoch"), old.label("old_key")
