"""Servers over /api/v1: how each stands, and what people want of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from dure.wire.api import Reply
from dure.wire.fields import Part

Wish = Literal["drain", "repair", "resume"]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class UpkeepRequest(Part):
    """What somebody wants of a server. `drain` and `repair` let run what runs there and take nothing new."""

    upkeep: Wish = Field(description="`drain` for maintenance, `repair` where something is broken, `resume` to take work again")
    reason: Reason = Field(description="why; who looks at the server reads it")


class Upkeep(Reply):
    """The last word about a server."""

    upkeep: Wish
    reason: str
    by: str
    at: str
    taken: bool = Field(description="its site has taken it")


class Node(Reply):
    """A server. `mode` is its supply mode, `up` where none takes it away; thousandths of accelerators."""

    node: str
    pool: str
    model: str
    mode: str
    since: str | None
    milli: int
    busy_milli: int
    placed_milli: int
    project: str | None = Field(description="the project that it is dedicated to")
    jobs: tuple[str, ...] = Field(description="what holds accelerators of it")
    upkeep: Upkeep | None = None


class Nodes(Reply):
    """`next`: send it as `after` for the page behind this one."""

    nodes: tuple[Node, ...]
    next: int | None = None


class Rules(Reply):
    """Rules by which was chosen from a row of the log on, until the next ones."""

    name: str
    since_seq: int
    since_at: str
    hash: str
    text: dict[str, object]


class RulesList(Reply):
    rules: tuple[Rules, ...]
