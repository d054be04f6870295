"""docs/DATA.md, command by command, against a service on a real socket; what the commands say in Korean and as JSON; what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main
from tests.cli.test_people_page import House, Talk, service, talk
from tests.test_docs import ROOT
from tests.test_quickstart import fits, quoted

__all__ = ["service", "talk"]
PAGE = ROOT / "docs" / "DATA.md"


def test_every_command_of_the_page(talk: Talk) -> None:
    commands = quoted(PAGE)
    assert len(commands) > 9
    for command, answer in commands:
        said = talk(command)
        for line in answer:
            assert fits(line, said), f"{command}\nsays: {line}\nnot in:\n{said}"


def begin(talk: Talk) -> None:
    talk("dure login --token-file dure-data/admin.token")
    talk("dure projects apply vision --title t --credits 100")


def job(folder: Path, data: str, *more: str) -> Path:
    path = folder / "job.yaml"
    path.write_text("\n".join(["name: x", "accelerators: 1", "time: 10m", "run: 'true'", f"data: {data}", *more]) + "\n")
    return path


def test_what_is_wrong_is_said_with_its_line(talk: Talk, service: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(talk)
    job(tmp_path, "{nothing: read}")
    assert "job.yaml:5: data.nothing: there is no data set nothing; `dure data ls` shows those that you may use" in talk(
        "dure submit job.yaml", 2
    )
    job(tmp_path, "{pages: write}")
    said = talk("dure check job.yaml", 2)
    assert "job.yaml:5: data.pages: a data set is never changed; write read" in said
    job(tmp_path, "{a-b: read, a.b: read}")
    assert "a-b and a.b would both lie at $DURE_DATA_A_B" in talk("dure check job.yaml", 2)
    talk("dure data put pages examples/jobs")
    job(tmp_path, "{pages@7: read}")
    assert "there is no data set pages@7" in talk("dure submit job.yaml", 2)
    assert "no version of pages is named; write one, such as pages@1" in talk("dure data rm pages", 2)
    assert "there is no data set nothing" in talk("dure data where nothing", 2)
    assert "there is no such file" in talk("dure data put pages nowhere", 2)
    job(tmp_path, "{pages: read}")
    (tmp_path / "needs.txt").write_text("x\n")
    (tmp_path / "job.yaml").write_text((tmp_path / "job.yaml").read_text() + "image: docker.io/library/python:3.12\n")
    said = talk("dure submit job.yaml", 1)
    assert "its site runs no container images" in said
    assert "leave out `image`" in said
    monkeypatch.setenv("DURE_LANG", "ko")
    assert "센터가 컨테이너 이미지를 실행하지 않음" in talk("dure submit job.yaml", 1)


def test_a_quota_is_asked_before_anything_is_sent(talk: Talk, service: House, tmp_path: Path) -> None:
    begin(talk)
    object.__setattr__(service.front.services, "data", service.front.services.data._replace(most_bytes=10))  # type: ignore[union-attr]
    said = talk("dure data put pages examples/jobs", 2)
    assert "the project's data sets hold 0 of 10 bytes; remove a version" in said
    kept = list((tmp_path / "dure-data" / "data").glob("??/*"))
    assert len(kept) == 1, "the list of its files alone"


def test_it_is_said_in_korean_and_as_json(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(talk)
    put = json.loads(talk("dure data put pages examples/jobs --json"))
    assert put["data"]["version"] == "1"
    assert json.loads(talk("dure data ls --json"))["used_bytes"] == {"vision": put["data"]["size_bytes"]}
    where = json.loads(talk("dure data where pages --json"))
    assert [(one["site"], one["there"], one["copy_s"], one["mark"]) for one in where["sites"]] == [
        ("north", False, None, None),
        ("south", False, None, None),
    ]
    kept = json.loads(talk("dure submit examples/jobs/count-pages.yaml --json"))
    assert [row["copy_s"] for row in kept["verdict"]["can"]] == [None, None]
    assert kept["verdict"]["can"][0]["data"] == [{"data": "pages@1", "there": False, "copy_s": None}]
    assert "pages@1" in json.loads(talk(f"dure why {kept['id']} --json"))["text"]
    monkeypatch.setenv("DURE_LANG", "ko")
    assert "걸리는 시간은 미상" in talk("dure submit examples/jobs/count-pages.yaml")
    assert "새 작업은 pages@1을 쓸 수 없습니다" in talk("dure data rm pages@1")
    assert main(["data", "--help"]) == 0
