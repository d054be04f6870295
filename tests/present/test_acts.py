from __future__ import annotations

from dure.present.acts import Act, act_lines, acts_html
from dure.present.layout import cells


def test_lines_stand_under_each_other_with_the_note_at_the_right() -> None:
    act = Act(3, "RUN", ["5 sites, 30 days", "operating rate 78.1 %"], note="5 s, 1.4M jobs/s")
    first, second = act_lines(act, 60)
    assert first == "3 RUN      5 sites, 30 days" + " " * 17 + "5 s, 1.4M jobs/s"
    assert second == "           operating rate 78.1 %"


def test_a_note_without_room_takes_its_own_line_and_nothing_is_wider() -> None:
    act = Act(1, "구매", ["가나다라 " * 12], note="아직 없음")
    lines = act_lines(act, 40)
    assert all(cells(line) <= 40 for line in lines)
    assert lines[-1].endswith("아직 없음")


def test_the_page_escapes() -> None:
    assert "&lt;b&gt;" in acts_html([Act(1, "BUY", ["<b>"])], "Six acts")
