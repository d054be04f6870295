"""Sites at which no program runs are named in every answer: pages, JSON, errors, and in the header of all others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from dure.web.marks import Marks

SITES = ("north", "남쪽")


def answer(response: Response) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await response(scope, receive, send)

    return TestClient(Marks(app, SITES)).get("/")


@pytest.mark.parametrize("value", [{}, {"a": 1}, {"a": {"b": [1]}, "c": "한"}])
@pytest.mark.parametrize("media", ["application/json", "application/problem+json; charset=utf-8"])
def test_an_object_gains_one_key_and_keeps_the_others(value: dict[str, Any], media: str) -> None:
    found = answer(JSONResponse(value, media_type=media))
    assert found.json() == {"simulated": list(SITES), **value}
    assert int(found.headers["content-length"]) == len(found.content)
    assert found.headers["dure-simulated"] == "north, %EB%82%A8%EC%AA%BD"


@pytest.mark.parametrize("response", [PlainTextResponse("{}"), JSONResponse([1]), Response(status_code=204), PlainTextResponse("")])
def test_what_is_no_object_goes_out_as_it_is(response: Response) -> None:
    found = answer(response)
    assert found.content == response.body
    assert found.headers["dure-simulated"].startswith("north")
    assert "simulated" not in json.dumps(found.text)
