import re
from pathlib import Path

from dure.wire.scenario import scenario_schema
from dure.wire.scenario_docs import scenario_reference

PAGE = Path(__file__).parents[2] / "docs" / "SCENARIO.md"


def test_the_page_is_what_the_schema_says() -> None:
    remedy = "write_text('docs/SCENARIO.md', scenario_reference()) makes it anew"
    assert PAGE.read_text(encoding="utf-8") == scenario_reference(), remedy


def test_the_page_has_every_key_of_every_part() -> None:
    text = scenario_reference()
    for name, part in scenario_schema()["$defs"].items():
        for key, about in part["properties"].items():
            assert re.search(rf"^\| `{key}` \|.*\| {re.escape(about['description'].replace('|', '&#124;'))} \|$", text, re.MULTILINE), (
                f"{name}.{key}"
            )


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    text = scenario_reference()
    headings = {re.sub(r"[^a-z -]", "", line.lower()).strip().replace(" ", "-") for line in text.splitlines() if line.startswith("#")}
    links = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert len(links) > 15
    assert links <= headings
