"""What somebody who can write to the database changes of acts and of people's rows is found, with the name of what finds it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, insert, text

from dure.adapters.store.backup import write_backup
from dure.adapters.store.engine import WRITES, connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.people_desk import SYSTEM
from dure.adapters.store.people_sealed import acts_differ, people_differ, seal_rows, standing
from dure.adapters.store.replay import compared, rewrite
from dure.adapters.store.rollups import Seals, broken, roll_all
from dure.adapters.store.schema import ground, rules
from dure.adapters.store.sql import Act, Inbox, SqlStore
from dure.ledger.settlement import settlement
from dure.model.events import Kind
from dure.model.people import Scope
from dure.policy.fold import LIVE, WANTED
from dure.programme.watch import WatchRule, Window
from tests.adapters.store.test_people_panels import NOW, WEEK, House, nodes

HOURS = 4
LONG = 30 * 86_400


def log(store: SqlStore, since_s: int, hours: int) -> None:
    rows = np.zeros(hours, LIVE)
    rows["kind"], rows["seq"] = Kind.TICK, np.arange(store.seq, store.seq + hours)
    rows["job"] = rows["attempt"] = rows["pool"] = rows["node"] = -1
    rows["at"] = rows["seen"] = since_s + np.arange(hours) * 3_600
    store.commit(rows, np.zeros(0, WANTED), {})


def lived(engine: Engine, folder: Path) -> House:
    """A programme with everything that people do, and a log whose hours are sealed."""
    house = House(engine, folder)
    people, kim = house.people, house.somebody()
    people.make_token(kim, house.key(), NOW, person=kim.person, label="laptop", scopes=frozenset({Scope.READ}), expires_at=NOW + 90)
    who = people.add_person(
        people.actor(1, frozenset(Scope)), house.key(), NOW, organisation=1, name="Lee", mail="lee@x.example", login=("https://idp", "lee")
    )
    asked = house.ask(kim, "weather", nodes(2))
    for each, points in zip(house.reviewers, ({"impact": 80, "plan": 60}, {"impact": 70, "plan": 75}), strict=True):
        people.review(each, house.key(), NOW + 1, number=asked.id, points=points, comment="good")
    people.close_call(house.officer, house.key(), NOW + 2, name="spring")
    seen = people.ranking(house.signatory, "spring")[1]
    people.sign(house.signatory, house.key(), NOW + 3, name="spring", seen=seen)
    kim = house.again(kim)
    people.add_member(kim, house.key(), NOW + 4, number=people.project("weather").number, person=who.id)
    grant = people.application(kim, asked.id).grant
    assert grant is not None
    end = NOW + 10 * WEEK
    unused = [Window(from_at=end - n * WEEK, to_at=end - (n - 1) * WEEK, used=0, lent=0, idle=1) for n in (2, 1)]
    people.carry_out(house.officer, house.key(), end, rule=WatchRule(windows=2), windows={grant: unused})
    people.answer(kim, house.key(), end + 5, number=grant, text="In May.")
    people.judge(house.officer, house.key(), end + 6, number=grant, accepted=False)
    people.settle(house.signatory, house.key(), end, found=settlement("north", 24_323, [], {}), head="ab")
    Inbox(engine).put([Act("up", "node", "p1", NOW, {"node": "s/a/0", "upkeep": "drain", "reason": "fans"})])
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(insert(ground), [{"number": 0, "pool": "s/a", "nodes": 2, "devices": 4}])
        connection.execute(insert(rules), [{"number": 1, "hash": "c0ffee", "since_seq": 0, "since_at": NOW, "text": {}}])
    log(SqlStore(engine, "first"), NOW, HOURS)
    log(SqlStore(engine, "second"), NOW + HOURS * 3_600, HOURS)
    roll_all(engine, end)
    return house


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the store of such a programme."""
    folder = tmp_path_factory.mktemp("lived")
    engine = connect(f"sqlite:///{folder}/store.db")
    migrate(engine)
    lived(engine, folder)
    write_backup(engine, folder / "copy.db")
    return folder / "copy.db"


def findings(engine: Engine) -> dict[str, list[str]]:
    """By the name of what finds it."""
    with engine.connect() as connection:
        rows, wrong = people_differ(connection)
        assert rows > 30
        beside = acts_differ(connection)
    return {"rebuild": wrong + beside, "seals": [str(one.number) for one in broken(engine)[1]]}


def test_what_nobody_changed_is_sound(sound: Path) -> None:
    assert findings(connect(f"sqlite:///{sound}")) == {"rebuild": [], "seals": []}


REBUILD = {
    "UPDATE granted SET signed_by = 1": "granted/1: it is not what act",
    "UPDATE granted SET budget_won = 5": "granted/1",
    "UPDATE allocation SET nodes = 9": "allocation/1",
    "UPDATE allocation SET micro = 9": "allocation/1",
    "UPDATE warning SET at = at - 900000": "warning/1: it is not what act",
    "UPDATE warning SET answer = 'never'": "(warning.judged)",
    "UPDATE warning SET accepted = 1": "warning/1",
    'UPDATE review SET points = \'{"impact": 100, "plan": 100}\' WHERE person = 4': "review/1/4",
    "UPDATE review SET comment = 'bad'": "review/1/",
    "UPDATE application SET score_milli = 1": "application/1",
    "UPDATE organisation SET kind = 'firm' WHERE id = 2": "organisation/2",
    "UPDATE person SET organisation = 1 WHERE id = 3": "person/3",
    "UPDATE person SET name = 'Park' WHERE name = 'Lee'": "person/",
    "UPDATE person SET mail = 'me@x.example' WHERE name = 'Lee'": "person/",
    "UPDATE identity SET person = 1": "identity/",
    "UPDATE token SET hash = 'mine' WHERE id = 1": "token/1",
    "UPDATE token SET scopes = '[\"admin\"]' WHERE id = 2": "token/2",
    "INSERT INTO person_role VALUES (6, 'administrator', '', 1)": "person_role/6/administrator/: no act made it",
    "DELETE FROM person_role WHERE role = 'reviewer' AND person = 4": "person_role/4/reviewer/: act",
    "UPDATE member SET role = 'principal_investigator'": "member/1/",
    "DELETE FROM member WHERE role = 'researcher'": "and it is gone",
    "UPDATE project SET state = 'stopped'": "project/1",
    "UPDATE call SET rule = '{}' WHERE name = 'spring'": "call/2",
    "UPDATE settlement SET won = won + 1": "settlement/north/24323",
    "UPDATE settlement SET signed_by = 1": "settlement/north/24323",
    "UPDATE settlement SET body = replace(body, '\"ab\"', '\"cd\"')": "settlement/north/24323",
    "INSERT INTO payment VALUES (1, 5, 6, 7)": "payment/1/5: no act made it",
    "INSERT INTO upkeep VALUES ('s/a/0', 'resume', '', 'p1', 5, 1)": "server s/a/0: resume of p1",
    'UPDATE inbox SET body = replace(body, \'"granted/1": "\', \'"granted/1": "0\')': "granted/1",
}
SEALS = (
    "UPDATE inbox SET actor = 'p9' WHERE number = 12",
    "UPDATE inbox SET at = at - 1 WHERE number = 12",
    "UPDATE inbox SET key = key || 'x' WHERE number = 12",
    "UPDATE inbox SET body = replace(body, 'reviewer', 'administrator') WHERE body LIKE '%reviewer%'",
    "DELETE FROM inbox WHERE number = 12",
    "UPDATE event SET value = 7 WHERE seq = 2",
    "UPDATE event SET term = 9 WHERE seq = 2",
    "UPDATE seal SET head = replace(head, substr(head, 1, 4), '0000') WHERE number = 3",
    "UPDATE seal SET also = replace(also, '\"pools\":[1', '\"pools\":[0') WHERE number = 2",
    "UPDATE seal SET also = '' WHERE number = 2",
    "UPDATE rules SET hash = 'facade'",
    "UPDATE ground SET nodes = 3",
)


@pytest.mark.parametrize("by", ["rebuild", "seals"])
def test_each_edit_is_found(sound: Path, tmp_path: Path, by: str) -> None:
    """None passes: a copy for each."""
    edits: dict[str, str] = REBUILD if by == "rebuild" else dict.fromkeys(SEALS, "")
    for number, (edit, said) in enumerate(edits.items()):
        place = tmp_path / f"{number}.db"
        shutil.copy(sound, place)
        engine = connect(f"sqlite:///{place}")
        with engine.begin() as connection:
            assert connection.execute(text(edit)).rowcount, edit
        found = findings(engine)[by]
        assert any(said in one for one in found), (edit, found)
        engine.dispose()


def test_a_row_and_the_act_that_names_it_changed_together_break_the_seal(sound: Path, tmp_path: Path) -> None:
    shutil.copy(sound, tmp_path / "both.db")
    engine = connect(f"sqlite:///{tmp_path}/both.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE granted SET signed_by = 1"))
        (wrong,) = people_differ(connection)[1]
        number = int(wrong.split("act ")[1].split()[0])
        body = json.loads(connection.execute(text("SELECT body FROM inbox WHERE number = :n"), {"n": number}).scalar_one())
        body["rows"]["granted/1"] = dict(standing(connection))["granted/1"]
        connection.execute(text("UPDATE inbox SET body = :b WHERE number = :n"), {"b": json.dumps(body), "n": number})
    found = findings(engine)
    assert found["rebuild"] == []
    assert found["seals"] != []


def test_what_is_personal_is_erased_and_every_seal_holds(engine: Engine, tmp_path: Path) -> None:
    house = lived(engine, tmp_path)
    with engine.connect() as connection:
        lee = connection.execute(text("SELECT id FROM person WHERE name = 'Lee'")).scalar_one()
    house.people.erase(SYSTEM, "e", NOW + LONG, number=lee)
    assert findings(engine) == {"rebuild": [], "seals": []}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name, mail, salt FROM person WHERE id = :n"), {"n": lee}).one() == ("", "", "")
    log(SqlStore(engine, "third"), NOW + 2 * HOURS * 3_600, HOURS)
    roll_all(engine, NOW + LONG)
    rewrite(engine, NOW + LONG)  # rolled up once more: the seals that were handed out are those of the log still
    log(SqlStore(engine, "fourth"), NOW + 3 * HOURS * 3_600, HOURS)
    roll_all(engine, NOW + LONG)
    assert findings(engine) == {"rebuild": [], "seals": []}
    counts = [json.loads(one.also)["acts"][0] for one in Seals(engine).all()]
    assert counts == sorted(counts)
    assert len(counts) == 4 * HOURS - 1
    assert compared(engine).people > 30


def test_rows_of_a_release_whose_acts_named_none_are_named_once(sound: Path, tmp_path: Path) -> None:
    shutil.copy(sound, tmp_path / "old.db")
    engine = connect(f"sqlite:///{tmp_path}/old.db")
    with engine.begin() as connection:
        for number, body in connection.execute(text("SELECT number, body FROM inbox WHERE act = 'note'")).all():
            less = {name: value for name, value in json.loads(body).items() if name != "rows"}
            connection.execute(text("UPDATE inbox SET body = :b WHERE number = :n"), {"b": json.dumps(less), "n": number})
        assert people_differ(connection)[1] != []
        seal_rows(connection, NOW)
        assert people_differ(connection)[1] == []
        connection.execute(text("UPDATE granted SET signed_by = 1"))
        seal_rows(connection, NOW)
        assert people_differ(connection)[1] != []
