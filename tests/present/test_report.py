from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dure.model.reasons import CAUSES
from dure.present import left_out, report
from dure.present.numbers import Lang
from dure.present.tables import Word
from dure.present.words import Words
from dure.wire.runs import RunFolder
from tests.present.fixtures import NAMES_KO

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Outline(HTMLParser):
    """Checks that every element is closed in order, and collects headings, ids and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag


@pytest.fixture(scope="module", params=[Lang.EN, Lang.KO], ids=["en", "ko"])
def made(request: pytest.FixtureRequest, run: RunFolder, drawn: dict[Lang, dict[str, str]]) -> tuple[Words, str, Outline]:
    say = Words(request.param, NAMES_KO)
    page = report.page(run, say, drawn[request.param])
    outline = Outline()
    outline.feed(page)
    return say, page, outline


def test_the_page_is_whole_and_says_its_language(made: tuple[Words, str, Outline]) -> None:
    say, _, outline = made
    assert outline.open == []
    assert ("html", "lang", str(say.lang)) in outline.attributes
    assert len(outline.ids) == len(set(outline.ids))


def test_headings_step_down_one_level_at_a_time(made: tuple[Words, str, Outline]) -> None:
    _, _, outline = made
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(below <= above + 1 for above, below in zip(outline.headings, outline.headings[1:], strict=False))


def test_nothing_is_fetched(made: tuple[Words, str, Outline]) -> None:
    _, page, outline = made
    addresses = {value for _, name, value in outline.attributes if name in ("src", "href", "xlink:href", "data", "action")}
    assert all(value.startswith("#") for value in addresses), addresses
    assert not {"script", "link", "iframe", "object", "img"} & set(outline.tags)
    assert "url(http" not in page
    assert "@import" not in page


def test_every_picture_is_named_and_followed_by_its_table(made: tuple[Words, str, Outline]) -> None:
    _, page, _ = made
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == 5
    for one in figures:
        assert re.search(r'<svg role="img" aria-label="[^"]{10,}"', one)
        assert one.index("</svg>") < one.index("<table>")
        assert "<caption>" in one
        assert 'scope="col"' in one
        assert 'scope="row"' in one


def test_assumptions_come_first_and_what_people_wrote_is_escaped(made: tuple[Words, str, Outline]) -> None:
    say, page, _ = made
    order = [page.index(f'<section id="{key}">') for key in report.SECTIONS if key != "funding"]
    assert '<section id="funding">' not in page, "this run has no budget"
    assert order == sorted(order)
    assert report.SECTIONS[0] == "assumptions"
    assert "no bid price is public &lt;yet&gt;" in page
    assert "<yet>" not in page
    assert say("report.simulated") in page


def test_every_table_and_tile_carries_one_of_the_four_words(made: tuple[Words, str, Outline]) -> None:
    say, page, _ = made
    without = (say("report.provenance"), say("report.left_out"))
    captions = [one for one in re.findall(r"<caption>.*?</caption>", page, re.DOTALL) if not any(name in one for name in without)]
    assert len(captions) >= 9
    assert all('class="word ' in one for one in captions)
    tiles = re.findall(r'<li class="tile.*?</li>', page, re.DOTALL)
    assert len(tiles) >= 8
    assert all('class="word ' in one for one in tiles)
    assert all(f'class="word {word}"' in page for word in Word)


def test_both_rates_stand_together(made: tuple[Words, str, Outline], run: RunFolder) -> None:
    say, page, _ = made
    for key in ("operating_rate", "occupancy"):
        assert say.percent(run.summary[key]) in page
        assert say(f"report.definition.{key}") in page


def test_names_of_sites_are_korean_in_korean(made: tuple[Words, str, Outline]) -> None:
    say, page, _ = made
    assert ("국가 센터" in page) == (say.lang is Lang.KO)


def test_tables_carry_the_same_values_in_both_languages(run: RunFolder) -> None:
    english, korean = (report.tables(run, Words(lang)) for lang in (Lang.EN, Lang.KO))
    for key, table in english.items():
        if key not in ("losses", "provenance"):
            assert [column.key for column in table.columns] == [column.key for column in korean[key].columns]
            assert table.as_json() == korean[key].as_json(), key


def test_the_waterfall_table_lists_every_cause_also_those_of_0(run: RunFolder) -> None:
    names = [row[0].raw for row in report.tables(run, Words(Lang.EN))["waterfall"].rows]
    assert [name for name in names if name in {cause.name for cause in CAUSES}] == [cause.name for cause in CAUSES]


def test_what_was_left_out_is_listed_with_its_reason(made: tuple[Words, str, Outline], run: RunFolder) -> None:
    say, page, _ = made
    table = report.tables(run, say)["left_out"]
    assert [row["count"] for row in table.as_json()] == [29, 2]
    assert "run time below 0" in page
    assert "no pool has 9,000 accelerators" in page
    assert ("times without a zone are read as UTC" if say.lang is Lang.EN else "시간대가 없는 시각은 UTC 기준으로 읽습니다") in page


def test_a_run_that_left_nothing_out_says_so(run: RunFolder) -> None:
    whole = replace(run, run={**run.run, "traces": [], "rejects": [], "notes": []})
    assert "every row of the input was replayed" in left_out.section(whole, Words(Lang.EN), left_out.left_out(whole, Words(Lang.EN)))


def test_losses_in_words(run: RunFolder, run_without_won: RunFolder) -> None:
    (row,) = [row for row in run.losses if row["cause"] == "unfunded"]
    assert report.loss_sentence(row, Words(Lang.EN)) == (
        "1.4 % of what was paid for was lost because no operating money was there to run them: 504k accelerator-hours, worth ₩958M. "
        "The state can mend it. Fund operation for every year of a machine's life before buying it."
    )
    assert report.loss_sentence(row, Words(Lang.KO)) == (
        "운영할 예산이 없었기 때문에 비용을 치른 가속기시간의 1.4%를 잃었습니다: 50.4만 가속기시간, ₩9.58억 상당. "
        "국가가 해소할 수 있습니다. 구매에 앞서 장비 수명 전 기간의 운영예산을 확보합니다."
    )
    (dark,) = [row for row in run_without_won.losses if row["cause"] == "unfunded"]
    assert "worth unknown" in report.loss_sentence(dark, Words(Lang.EN))
    assert "worth" not in report.loss_sentence(dark, Words(Lang.EN), worth=False)


def test_a_worth_that_nobody_knows_is_no_column_for_people_and_an_empty_one_for_programs(
    run: RunFolder, run_without_won: RunFolder
) -> None:
    for key in ("waterfall", "losses"):
        dark, known = (report.tables(one, Words(Lang.EN))[key] for one in (run_without_won, run))
        assert "won" in [column.key for column in known.shown.columns]
        assert "won" not in [column.key for column in dark.shown.columns]
        assert {row["won"] for row in dark.as_json()} == {None}


def test_projects_that_never_ran_are_counted_and_not_averaged(run: RunFolder) -> None:
    rows = {row["organisation"]: row for row in report.tables(run, Words(Lang.EN))["access_organisation"].as_json()}
    assert (rows["Start-up D"]["projects"], rows["Start-up D"]["projects_that_ran"]) == (3, 2)
    assert rows["Start-up D"]["submit_to_first_job_median_s"] == 1_350
    assert rows["Firm E"]["credits_used"] is None


def test_what_takes_servers_away_is_told_with_its_reason(run: RunFolder) -> None:
    planned = [
        {
            "site": "ga",
            "pool": "h200",
            "at_s": 0,
            "for_s": None,
            "mode": "unfunded",
            "nodes": 12,
            "share_ppm": None,
            "why": "no money <yet>",
        },
        {
            "site": "na",
            "pool": None,
            "at_s": 86_400,
            "for_s": 7_200,
            "mode": "maintenance",
            "nodes": None,
            "share_ppm": 250_000,
            "why": None,
        },
    ]
    assert report.tables(run, Words(Lang.EN))["planned"].rows == ()
    told = report.tables(replace(run, run={**run.run, "planned": planned}), Words(Lang.EN))["planned"]
    assert [[cell.text for cell in row[1:]] for row in told.rows] == [
        ["h200", "1 Jan 2026 00:00", "to the end", "no operating money", "12", "no money <yet>"],
        ["every pool", "2 Jan 2026 00:00", "2 h", "maintenance", "25.0 %", "not said"],
    ]


def test_services_stand_on_the_page_in_as_many_columns_as_it_is_wide(run: RunFolder) -> None:
    amounts = {"offered": 200, "served": 150, "not_served": 50, "served_share": 0.75, "replicas_most": 3}
    spans = {"needed_s": 10, "serving_s": 9, "starting_s": 1, "waiting_s": 0, "again_s": 0}
    one = {"service": "chat", "workload": "llm-inference-small", "unit": "requests", "sized_on": None, "rates": [], **amounts, **spans}
    say = Words(Lang.EN)
    served = replace(run, run={**run.run, "services": [one]})
    page = report.page(served, say, dict.fromkeys(report.pictures(served, say), "<svg ></svg>"))
    waits = page[page.index('id="waits"') : page.index('id="access"')]
    first = waits[waits.index(">Services") :]
    assert first[: first.index("</thead>")].count("<th ") == 8
    assert "Table: Services" in waits
