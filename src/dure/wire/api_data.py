"""Named data sets over /api/v1: put a version, see who has copies, take one out of use."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from dure.wire.api import Digest, Reply
from dure.wire.fields import Name, Part

MISSING_MOST = 1_000
Text = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class DataRequest(Part):
    """A version of a data set. Its manifest was put as a piece before; the answer says which pieces are still to be put."""

    name: Text = Field(description="what jobs call it")
    version: Text | None = Field(None, description="of its own; absent = the next number")
    project: Name | None = Field(None, description="whose it is; absent = the only project of the user")
    public: bool = Field(False, description="every project may use it; for the programme office")
    manifest: Digest = Field(description="of its manifest")


class DataSet(Reply):
    name: str
    version: str
    project: str | None = Field(description="null: every project may use it")
    person: int
    size_bytes: int
    files: int
    sha256: str = Field(description="of its manifest, which names every byte of it")
    at: str
    sites: tuple[str, ...] = Field((), description="sites that hold a copy")


class DataPut(Reply):
    """`data` once it is kept; before that the pieces to bring first, a thousand at a time."""

    data: DataSet | None
    missing: tuple[str, ...] = ()
    again: bool = Field(False, description="this content was there already: nothing was added")


class DataSets(Reply):
    data: tuple[DataSet, ...]
    used_bytes: dict[str, int] = Field(description="of each project of one's own: what its data sets hold")
    most_bytes: int = Field(description="what those of one project may hold")


class DataAt(Reply):
    """A data set and a site. Times and speeds that nobody knows are null, never 0."""

    site: str
    there: bool
    since: str | None = None
    copy_s: int | None = Field(description="how long a copy would take to come; 0 where it is there")
    bytes_per_s: int | None = Field(description="how fast data come to this site")
    mark: str | None = Field(description="what that speed is: `measured` from copies that came, `assumed` as the scenario states it")


class DataWhere(Reply):
    data: DataSet
    sites: tuple[DataAt, ...]


class DataGone(Reply):
    data: DataSet
