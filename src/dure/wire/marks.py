"""Where a figure of a plan comes from: published with its source, or assumed with who and why."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from dure.model.deals import Mark
from dure.wire.fields import Part, Words
from dure.wire.quantity import QuantityError


class Marked(Part):
    """A part whose figures are published with a source, or assumed with who and why; anything else is no figure."""

    source: Words | None = Field(None, description="where it was published")
    who: Words | None = Field(None, description="who assumes it, where nobody published it")
    why: Words | None = Field(None, description="why this value")
    why_ko: Words | None = Field(None, description="the same in Korean reports; absent = as `why`")

    @property
    def mark(self) -> Mark:
        return "assumed" if self.source is None else "published"

    @model_validator(mode="after")
    def _says_whose(self) -> Self:
        published = self.source is not None and self.who is None and self.why is None
        assumed = self.source is None and self.who is not None and self.why is not None
        if not (published or assumed):
            raise QuantityError("says neither who published it nor who assumes it", "write source, or who and why")
        return self


MARK_KEYS = tuple(Marked.model_fields)
