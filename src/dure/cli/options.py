"""Options that several commands share, with their words of help; apart from `context`, which help pages load without the parser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter, Token


def whole(_: Any, tokens: Sequence[Token]) -> int:
    """A whole number as it is typed: a fraction is refused, where the parser alone would cut it off and `--gap 0.5` would be 0."""
    return int(tokens[0].value)


Whole = Annotated[int, Parameter(converter=whole)]

GAP_PPM = 5_000
"""Where the solver may stop unless `--gap` says otherwise: half a per cent, which the issue asks of plans."""

# what is read
PlanScenario = Annotated[Path, Parameter(help="scenario file with `plan.cost` and `plan.purchase`")]
RunPath = Annotated[Path, Parameter(help="run folder that `dure twin run` wrote")]
Sets = Annotated[tuple[str, ...], Parameter(name="--set", metavar="PATH=VALUE", help="change one value: path=value, as often as needed")]
CatalogueOf = Annotated[Path | None, Parameter(metavar="FILE", help="the catalogue as this scenario changes it")]
WeightsOn = Annotated[str | None, Parameter(metavar="DATE", help="billing weights in force on this date (default: today)")]

# how long the solver works
Seconds = Annotated[Whole, Parameter(help="seconds until the solver stops")]
SecondsEach = Annotated[Whole, Parameter(help="seconds until the solver stops, for each plan")]


def ppm(_: Any, tokens: Sequence[Token]) -> int:
    """Parts per million, or a share with its sign: `5000` and `0.5%` are one gap; `0.5` is neither."""
    from dure.wire.quantity import QuantityError, share_ppm

    text = tokens[0].value
    if not text.endswith("%"):
        return int(text)
    try:
        return share_ppm(text)
    except QuantityError as error:
        raise ValueError(str(error)) from None


Share = Annotated[int, Parameter(converter=ppm)]
Gap = Annotated[Share, Parameter(metavar="PPM|%", help="gap at which the solver may stop, in parts per million, or like 0.5%")]
Detail = Annotated[bool, Parameter(help="list assumptions whole, with who assumes each and why")]

# what is played of a plan
PlayedAt = Annotated[str | None, Parameter(metavar="DATE", help="day whose fleet is played (default: the tightest period of the plan)")]
Days = Annotated[Whole, Parameter(help="days that are played")]

# what is written
Json = Annotated[bool, Parameter(help="print one JSON object instead of text")]
Page = Annotated[Path | None, Parameter(name=("--output", "-o"), metavar="FILE", help="write the answer as one self-contained HTML file")]
Xlsx = Annotated[Path | None, Parameter(name="--xlsx", metavar="FILE", help="write every table into this Excel workbook")]
Csv = Annotated[Path | None, Parameter(name="--csv", metavar="FOLDER", help="write every table as CSV into this folder")]
ScenarioOut = Annotated[Path | None, Parameter(name=("--output", "-o"), metavar="FILE", help="scenario file to write")]
Force = Annotated[bool, Parameter(help="replace a file even if dure did not write it")]
