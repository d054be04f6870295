"""The check of a configuration: each thing that is wrong is found, named, and nothing else is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from dure.adapters.store.engine import WRITES, connect
from dure.adapters.store.migrate import migrate
from dure.bootstrap import ready
from dure.bootstrap.ready import Asked, findings
from dure.bootstrap.serve import Served
from dure.model.errors import StoreError
from dure.present.numbers import Lang
from dure.present.said import told
from dure.present.words import PHRASES, Words

NOW = 1_900_000_000.0
SIMULATED = Path(__file__).resolve().parents[2] / "examples" / "quickstart.yaml"
"""Its sites are simulated."""
ENV = {"DURE_PUBLIC_URL": "https://dure.example"}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound folder with a store and a copy, on a machine whose clock is kept and whose disk is large."""
    monkeypatch.setattr(ready, "_clock_state", lambda: 0)
    monkeypatch.setattr(ready, "SPACE_GOOD", 0)
    monkeypatch.setattr(ready, "FILES_LEAST", 0)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    engine = connect(f"sqlite:///{data}/store.db")
    migrate(engine)
    engine.dispose()
    (tmp_path / "copies").mkdir()
    copy = tmp_path / "copies" / "store.db"
    copy.write_bytes(b"")
    os.utime(copy, (NOW - 3_600, NOW - 3_600))
    return data


def codes(data: Path, **more: object) -> dict[str, bool]:
    """What was found, and whether it is wrong."""
    given = {"environment": ENV, "backups": data.parent / "copies"} | more
    served = given.pop("served", Served(SIMULATED, data=data))
    return {one.code: one.wrong for one in findings(Asked(served, **given), NOW)}  # type: ignore[arg-type]


SOUND = {"login_none": False, "store_file": False}


def test_a_sound_one_is_only_told_what_it_chose(data: Path) -> None:
    assert codes(data) == SOUND


def _token(mode: int, age_s: int) -> Callable[[Path], None]:
    def make(data: Path) -> None:
        file = data / "admin.token"
        file.write_text("x")
        file.chmod(mode)
        os.utime(file, (NOW - age_s, NOW - age_s))

    return make


def _old_copy(data: Path) -> None:
    os.utime(data.parent / "copies" / "store.db", (NOW - 200_000, NOW - 200_000))


def _ahead(data: Path) -> None:
    engine = connect(f"sqlite:///{data}/store.db")
    with engine.execution_options(**WRITES).begin() as connection:
        zeros = ", ".join("0" for _ in range(9))
        connection.execute(text(f"INSERT INTO event VALUES (0, {zeros}, {int(NOW) + 60}, 1)"))
    engine.dispose()


def _unread(data: Path) -> None:
    engine = connect(f"sqlite:///{data}/store.db")
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(text("UPDATE head SET inbox = 5000"))
    engine.dispose()


def _newer(data: Path) -> None:
    engine = connect(f"sqlite:///{data}/store.db")
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


@pytest.mark.parametrize(
    ("harm", "code", "wrong"),
    [
        (lambda data: data.chmod(0o750), "data_open", True),
        (_token(0o640, 60), "token_open", True),
        (_token(0o600, 3 * 86_400), "token_old", False),
        (_old_copy, "backups_old", True),
        (lambda data: (data.parent / "copies" / "store.db").unlink(), "backups_none", True),
        (_ahead, "clock_back", True),
        (_unread, "unread", True),
        (_newer, "store_newer", True),
        (lambda data: (data / "store.db").write_bytes(b"no database at all" * 100), "store_silent", True),
    ],
)
def test_each_harm_is_found(data: Path, harm: Callable[[Path], object], code: str, wrong: bool) -> None:
    harm(data)
    found = codes(data)
    assert found.get(code) is wrong
    assert found.keys() - {code} <= SOUND.keys()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"host": "0.0.0.0"}, "https_missing"),
        ({"environment": {"DURE_PUBLIC_URL": "http://dure.example"}}, "url_clear"),
        ({"store_argument": "postgresql://dure:secret@db/dure"}, "password_shown"),
        ({"environment": ENV | {"DURE_OIDC_ISSUER": "http://id.example", "DURE_OIDC_CLIENT": "c"}}, "login_wrong"),
        ({"served": Served(Path("none.yaml"), Path("none"))}, "data_missing"),
        ({"served": Served(Path("none.yaml"), Path("none"))}, "scenario"),
    ],
)
def test_each_wrong_setting_is_found(data: Path, given: dict[str, object], code: str) -> None:
    assert codes(data, **given).get(code) is True


def test_a_secret_that_others_may_read(data: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    secret.chmod(0o644)
    env = ENV | {"DURE_OIDC_ISSUER": "https://id.example", "DURE_OIDC_CLIENT": "c", "DURE_OIDC_SECRET_FILE": str(secret)}
    assert codes(data, environment=env) == {"secret_open": True, "store_file": False}


@pytest.mark.parametrize("lang", Lang)
def test_every_finding_has_words_and_a_remedy(lang: Lang) -> None:
    given = dict.fromkeys(
        ("why", "mode", "free", "kind", "days", "url", "hours", "files", "seconds", "acts", "version", "newest", "name"), "7"
    )
    source = Path(ready.__file__).read_text(encoding="utf-8")
    said = {key.split(".")[1] for key in PHRASES if key.startswith("ready.") and key.endswith(".remedy")}
    assert said == {part.split('"')[1] for part in source.split("Finding(")[1:] if part.startswith('"')}
    for code in said:
        assert Words(lang)(f"ready.{code}", **given) != Words(lang)(f"ready.{code}.remedy", **given)


def test_a_store_of_a_later_release_is_named(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/store.db")
    migrate(engine)
    _newer(tmp_path)
    with pytest.raises(StoreError, match=f"{tmp_path}/store.db: the store is of version 9999") as refused:
        migrate(engine)
    assert told(refused.value, Words(Lang.KO)).startswith(f"{tmp_path}/store.db: ")
    engine.dispose()


@pytest.mark.parametrize(("engine", "wrong"), [("local", True), ("local, trusted: true", False), ("simulated", False)])
def test_jobs_under_the_account_of_the_service_are_told(tmp_path: Path, engine: str, wrong: bool) -> None:
    """They can read and change all that the service can, unless somebody says that whoever submits is trusted with it."""
    scenario = tmp_path / "scenario.yaml"
    pool = "{name: p, model: nvidia-h100, nodes: 1, accelerators_per_node: 1}"
    scenario.write_text(f"sites:\n  - {{name: here, operator: us, engine: {engine}, pools: [{pool}]}}\n")
    found = [one for one in findings(Asked(Served(scenario, tmp_path)), time.time()) if one.code in ("own_account", "scenario")]
    assert [(one.code, one.where, one.wrong) for one in found] == ([("own_account", "here", True)] if wrong else [])
