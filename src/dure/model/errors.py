"""Errors that a user can mend. Impossible ones are `assert`s and stay on.

* DureError                what, where and the remedy; the command line prints it, never a traceback
  x InputError             a file, a row or an option that a person wrote            exit 2
    + ScenarioError        a scenario file: unknown key, wrong unit, missing value
    + TraceError           a trace that cannot be read at all (single bad rows are rejects, not errors)
    + CatalogError         a model, pool or weight that the catalogue does not know
    + CostError            a price, rate, holiday or tariff that is missing or does not fit; never taken as 0
    + PeopleError          a request about people, projects, calls and grants that does not fit what is there
      - MissingError       it names something that is not there
  x LimitError             the request is sound but more than this build carries      exit 3
  x StateError             a run folder or log that does not fit this version         exit 4
    + StoreError           the database of a programme: its address, its version, who may write
  x AccessError            who asks                                                exit 5
    + LoginError           nobody that is known: no token, a wrong one, one that is over
    + RightError           somebody known whose act this is not
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Where:
    """A place a person can go to: file, line (1-based, 0 when unknown) and field path."""

    file: str = ""
    line: int = 0
    field: str = ""

    def __str__(self) -> str:
        place = "standard input" if self.file == "-" else self.file
        if self.line:
            place += f":{self.line}"
        if self.field:
            place += f": {self.field}" if place else self.field
        return place


def with_remedy(what: str, remedy: str) -> str:
    """One line: what is wrong, then the remedy; a whole sentence loses its full stop."""
    return f"{what.removesuffix('.')}; {remedy}" if remedy else what


class DureError(Exception):
    """What went wrong, where, and what to do about it."""

    exit_code = 1

    def __init__(self, what: str, *, where: Where | None = None, remedy: str = "") -> None:
        self.what = what
        self.where = where or Where()
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        place = str(self.where)
        return with_remedy(f"{place}: {self.what}" if place else self.what, self.remedy)


class InputError(DureError):
    exit_code = 2


class ScenarioError(InputError):
    pass


class TraceError(InputError):
    pass


class CatalogError(InputError):
    pass


class CostError(InputError):
    pass


class LimitError(DureError):
    exit_code = 3


class StateError(DureError):
    exit_code = 4


class StoreError(StateError):
    pass


class PeopleError(InputError):
    pass


class MissingError(PeopleError):
    pass


class AccessError(DureError):
    exit_code = 5


class LoginError(AccessError):
    pass


class RightError(AccessError):
    pass
