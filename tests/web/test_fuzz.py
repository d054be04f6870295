"""Whatever is sent, the running service answers, and never with a 5xx: schemathesis over a socket, from the document of the API itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings

from dure.model.people import Actor, Role, Scope
from dure.model.work import JobState
from dure.web.app import create_app
from tests.web.fakes import TOKENS, house, row, run

EXAMPLES = 40
TOKENS["fuzz"] = Actor(
    person=1,
    organisation=1,
    roles=frozenset(Role) - {Role.RESEARCHER, Role.PRINCIPAL_INVESTIGATOR},
    scopes=frozenset(Scope),
    projects={1: Role.PRINCIPAL_INVESTIGATOR},
    sites=frozenset({"gwangju"}),
)
OWN = ("/api/v1/jobs", "/api/v1/explain", "/api/v1/blobs", "/api/v1/sites", "/api/v1/rates", "/api/v1/usage", "/api/v1/me")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = house(tmp_path_factory.mktemp("fuzz"), person_per_s=1e6, person_burst=10**6, strangers_per_s=1e6, strangers_burst=10**6)
    home.rows.rows[7] = row(7, "seven", 1, 1, JobState.COMPLETED, pool="gwangju/h100", spec={"outputs": ["out"]})
    home.rows.runs[7] = [run(0, "a0")]
    server = uvicorn.Server(uvicorn.Config(create_app(home.services), port=0, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    home.services.desk.close()


@pytest.mark.system
@pytest.mark.filterwarnings("ignore")
def test_no_request_is_a_bug(address: str) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    asked: dict[int, int] = {}
    operations = [one.ok() for one in schema.get_all_operations()]
    mine = [one for one in operations if one.path.startswith(OWN)]
    assert len(mine) >= 15
    quiet = settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    for operation in mine:

        def ask(case: schemathesis.Case) -> None:
            answer = case.call(headers={"Authorization": "Bearer fuzz"}, timeout=30)
            asked[answer.status_code] = asked.get(answer.status_code, 0) + 1
            assert answer.status_code < 500, (case.method, case.path, case.body, answer.text)

        quiet(given(case=operation.as_strategy())(ask))()
    assert sum(asked.values()) > len(mine) * 5
    assert {200, 404, 422} <= set(asked)
