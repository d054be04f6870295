"""docs/JOBSPEC.md is what the reader does."""

from __future__ import annotations

import re
from pathlib import Path

from dure.present.jobspec_page import jobspec_page
from dure.wire.jobspec import JobSpec, jobspec_schema
from dure.wire.sbatch_options import OPTIONS
from dure.wire.wrapper import Place, environment, slurm_variables

PAGE = Path(__file__).parents[2] / "docs" / "JOBSPEC.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == jobspec_page(), "`make docs` writes it anew"


def test_the_page_has_every_key_of_every_part_and_every_option() -> None:
    text = jobspec_page()
    schema = jobspec_schema()
    for part in (*schema["$defs"].values(), schema):
        for key, about in part["properties"].items():
            assert re.search(rf"^\| `{key}` \|.*\| {re.escape(about['description'].replace('|', '&#124;'))} \|$", text, re.MULTILINE), key
    assert all(re.search(rf"^\| `--{one.name}`", text, re.MULTILINE) for one in OPTIONS)


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    text = jobspec_page()
    headings = {re.sub(r"[^a-z -]", "", line.lower()).strip().replace(" ", "-") for line in text.splitlines() if line.startswith("#")}
    links = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert len(links) == 3
    assert links <= headings


def test_every_variable_of_a_job_stands_on_the_page() -> None:
    spec = JobSpec.model_validate({"name": "a", "kind": "service", "run": "x", "port": 80})
    task = JobSpec.model_validate({"name": "a", "time": "1h", "run": "x", "array": "1-3"})
    place = Place("1", "1.1", ("n",), 0, (0,), "cuda", "p", "f", 0, task=2)
    set_ = {name for one in (spec, task) for name in (*environment(one, place), *slurm_variables(one, place))}
    assert {name for name in set_ if f"`{name}`" not in jobspec_page() and f"`{name}=" not in jobspec_page()} == set()
