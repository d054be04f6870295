"""Options that several commands share; apart from `context`, which help pages load without the parser."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

Force = Annotated[bool, Parameter(help="replace a file even if dure did not write it")]
