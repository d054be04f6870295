"""Where the examples lie: beside the package in a checkout, inside it where it was installed."""

from __future__ import annotations

from pathlib import Path

import dure
from dure.cli.context import words
from dure.model.errors import InputError


def example(name: str) -> Path:
    """The file of an example, such as `korea-50k.yaml`; InputError where this installation has none."""
    package = Path(dure.__file__).parent
    for folder in (package / "examples", package.parents[1] / "examples"):
        if (folder / name).is_file():
            return folder / name
    raise InputError(words()("examples.none", name=name), remedy=words()("examples.remedy"))
