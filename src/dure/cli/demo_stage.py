"""What the acts of the demo share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dure.cli.context import width
from dure.present.acts import Act, act_lines

if TYPE_CHECKING:
    from dure.present.words import Words
    from dure.wire.runs import RunFolder

CHECKED_TWICE = "quickstart.yaml"
LOSSES_NAMED = 4


@dataclass(slots=True)
class Stage:
    """What the acts share: the words, where things are written, and what acts 3 and 5 left for act 6."""

    say: Words
    folder: Path
    scenario: Path
    trace: Path | None
    quiet: bool
    acts: list[Act] = field(default_factory=list)
    run: RunFolder | None = None
    bundle: Path | None = None
    figures: dict[str, Any] = field(default_factory=dict)

    def show(self, act: Act) -> None:
        """Prints an act as soon as it is over."""
        self.acts.append(act)
        if not self.quiet:
            print("\n" + "\n".join(act_lines(act, width())), flush=True)
