"""The stranger's check: recompute what a bundle claims, with the standard library and own SQL; nothing of the ledger is used here.

    python verify.py BUNDLE [--head HEX]...  a folder or .zip that `dure audit export` has written; heads and manifests that were handed out
    python verify.py BUNDLE sample N SEED    the accelerator-hours that `dure audit sample N --seed SEED` draws from it

Ends with 0 where every claim is what log and acts give, with 1 where one is not, with 2 where the bundle cannot be read. What it does not
check it says in lines that begin with "not checked".
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import sys
import zipfile
from pathlib import Path
from typing import Any

MODES = ("up", "not_delivered", "unfunded", "unpowered", "unobserved", "failed", "maintenance")
FREE = ("dedicated_idle", "held", "fragmented", "too_small", "capped", "incompatible", "no_demand")
LOST = ("rework", "overhead", "job_error")
TOLD = 20  # of what is not as it was, so much is said
# Kinds of rows: 1 NODE, 2 ENDED, 3 STARTED, 8 PLACED, 9 PREEMPTED, 10 RECALLED, 11 REFUSED, 12 LOST,
# 13 IDLE (its causes 8 to 14 are those of FREE)
HOUR_S = 3_600
HASHED = ("granted", "allocation", "payment", "settlement", "warning")  # rows about people that are in a bundle as they stand
ALWAYS = (
    "that catalogue, definitions, recalls and the names of operators are true: they are as exported",
    "electricity, what projects owe, deductions and settlements of a month: their rows are what acts left, their sums are not made again",
    "what acts asked in fields that the bundle gives as hashes; which act a job is of, beyond that it is one of its project",
)

SQL = """
-- every node with its pool, its milli-devices, and the mode in which the log begins
CREATE TABLE node AS WITH RECURSIVE n(pool, node, last, milli, mode) AS (
  SELECT pool, first_node, first_node + nodes - 1, devices * 1000, away FROM pool
  UNION ALL SELECT pool, node + 1, last, milli, mode FROM n WHERE node < last
) SELECT * FROM n;
CREATE UNIQUE INDEX node_i ON node(node);
-- every attempt: when it held devices, when it ran
CREATE TABLE attempt AS SELECT p.attempt, p.pool, p.placed, p.placed_seq, p.milli,
  (SELECT MIN(e.seq) FROM event e WHERE e.attempt = p.attempt AND e.kind IN (2, 11)) AS end_seq,
  (SELECT MIN(e.seen) FROM event e WHERE e.attempt = p.attempt AND e.kind IN (2, 11)) AS ended,
  (SELECT MIN(e.seen) FROM event e WHERE e.attempt = p.attempt AND e.kind = 3) AS started
  FROM (SELECT attempt, MIN(pool) AS pool, MIN(seen) AS placed, MIN(seq) AS placed_seq, SUM(count) AS milli
        FROM event WHERE kind = 8 GROUP BY attempt) p;
CREATE UNIQUE INDEX attempt_i ON attempt(attempt);
-- what it held of every node: a PLACED row covers a run of nodes, each by the same amount
CREATE TABLE part AS SELECT e.attempt, n.node, MIN(e.count, n.milli) AS milli
  FROM event e JOIN node first ON first.node = e.node
  JOIN node n ON n.node BETWEEN e.node AND e.node + e.count / MIN(e.count, first.milli) - 1
  WHERE e.kind = 8;
-- every word about a node; one that is older than another that was told before it changes nothing
CREATE TABLE word AS SELECT n.node, e.seen, e.seq, e.at, e.cause,
  MAX(e.at) OVER (PARTITION BY n.node ORDER BY e.seq ROWS UNBOUNDED PRECEDING) AS newest
  FROM event e JOIN node n ON n.node BETWEEN e.node AND e.node + e.count - 1 WHERE e.kind = 1;
-- every change of a node: its mode, or how much of it is held
CREATE TABLE change AS
  SELECT node, (SELECT MIN(seen) FROM event) AS seen, -1 AS seq, mode, 0 AS held FROM node
  UNION ALL SELECT node, seen, seq, cause, 0 FROM word WHERE at = newest
  UNION ALL SELECT p.node, a.placed, a.placed_seq, NULL, p.milli FROM part p JOIN attempt a USING (attempt)
  UNION ALL SELECT p.node, a.ended, a.end_seq, NULL, -p.milli FROM part p JOIN attempt a USING (attempt) WHERE a.ended IS NOT NULL;
CREATE INDEX change_i ON change(node, seq);
-- and between two changes: the mode, and what is not held
CREATE TABLE span AS SELECT s.node, n.pool, s.seen, s.next, m.mode, n.milli - s.held AS free FROM (
  SELECT node, seen, seq, SUM(held) OVER w AS held, MAX(CASE WHEN mode IS NOT NULL THEN seq END) OVER w AS mode_seq,
    LEAD(seen) OVER (PARTITION BY node ORDER BY seq) AS next FROM change
  WINDOW w AS (PARTITION BY node ORDER BY seq ROWS UNBOUNDED PRECEDING)
) s JOIN node n USING (node) JOIN change m ON m.node = s.node AND m.seq = s.mode_seq AND m.mode IS NOT NULL;
-- every attempt by the seconds that its site told
CREATE TABLE run AS SELECT a.pool, a.milli, p.job, p.at AS placed, COALESCE(e.at, 9223372036854775807) AS ended,
  (SELECT s.at FROM event s WHERE s.attempt = a.attempt AND s.kind = 3 ORDER BY s.seq LIMIT 1) AS started
  FROM attempt a JOIN event p ON p.seq = a.placed_seq LEFT JOIN event e ON e.seq = a.end_seq;
"""
BUSY = """
-- what was busy by the seconds in which it happened, cut to the period: the line from which accelerator-hours are drawn
SELECT attempt, MAX(began, :since), MIN(ended, :until), milli FROM (SELECT p.attempt, p.milli,
  (SELECT MIN(e.at) FROM event e WHERE e.attempt = p.attempt AND e.kind = 3) AS began,
  COALESCE((SELECT MIN(e.at) FROM event e WHERE e.attempt = p.attempt AND e.kind = 2), :until) AS ended FROM attempt p)
WHERE began IS NOT NULL AND MAX(began, :since) < MIN(ended, :until) ORDER BY attempt
"""
LINES = """
SELECT pool, 'm' || mode, SUM(free * MAX(0, MIN(COALESCE(next, :until), :until) - MAX(seen, :since))) FROM span WHERE mode > 0 GROUP BY 1, 2
UNION ALL SELECT pool, 'c' || cause, SUM(count * MAX(0, MIN(COALESCE(next, :until), :until) - MAX(seen, :since))) FROM (
  SELECT pool, cause, count, seen, LEAD(seen) OVER (PARTITION BY pool, cause ORDER BY seq) AS next
    FROM event WHERE kind = 13 AND cause BETWEEN 8 AND 14) GROUP BY 1, 2
UNION ALL SELECT pool, 'dispatch',
  SUM(milli * MAX(0, MIN(COALESCE(started, ended, :until), :until) - MAX(placed, :since))) FROM attempt GROUP BY 1
UNION ALL SELECT pool, 'busy', SUM(milli * MAX(0, MIN(COALESCE(ended, :until), :until) - MAX(started, :since)))
  FROM attempt WHERE started IS NOT NULL AND started <= COALESCE(ended, :until) GROUP BY 1
UNION ALL SELECT pool, CASE cause WHEN 0 THEN 'rework' WHEN 1 THEN 'overhead' ELSE 'job_error' END,
  SUM(count * MAX(0, MIN(seen, :until) - MAX(seen - value, :since))) FROM event WHERE kind = 12 GROUP BY 1, 2
"""
SPLITS = """
-- at the end of every second: logged free devices less those that the nodes give; 0 everywhere, or the split was not true
SELECT pool, seen, gap FROM (SELECT pool, seen, SUM(SUM(d)) OVER (PARTITION BY pool ORDER BY seen) AS gap FROM (
  SELECT pool, seen, -(c - COALESCE(LAG(c) OVER (PARTITION BY node ORDER BY seen, o), 0)) AS d
    FROM (SELECT pool, node, seen, CASE WHEN mode = 0 THEN free ELSE 0 END AS c, rowid AS o FROM span)
  UNION ALL SELECT pool, seen, count - COALESCE(LAG(count) OVER (PARTITION BY pool, cause ORDER BY seq), 0)
    FROM event WHERE kind = 13 AND cause BETWEEN 8 AND 14
) GROUP BY pool, seen) WHERE gap <> 0 ORDER BY seen, pool LIMIT 5
"""
WORTH = """
-- micro-credits by project, each run rounded down, and won by operator, each to the nearest: milli-device-seconds in whole hours and rest
SELECT 'project ' || project, SUM(ms / 3600000 * weight_ppm + ms % 3600000 * weight_ppm / 3600000) FROM (
  SELECT job, weight_ppm, milli * MAX(0, MIN(MAX(ended, placed), :until) - placed) AS ms FROM run JOIN agreed USING (pool)
  WHERE placed >= since AND placed < until
) JOIN job USING (job) GROUP BY 1
UNION ALL SELECT 'operator ' || operator, SUM(ms / 3600000 * rate_won + (ms % 3600000 * rate_won + 1800000) / 3600000) FROM (
  SELECT operator, rate_won, milli * MAX(0, MIN(ended, :until) - started) AS ms FROM run JOIN agreed USING (pool)
  WHERE started IS NOT NULL AND rate_won IS NOT NULL AND placed >= since AND placed < until
) GROUP BY 1
UNION ALL SELECT 'attempts of no job or pool of the bundle', COUNT(*) FROM run
  WHERE job NOT IN (SELECT job FROM job) OR pool NOT IN (SELECT pool FROM agreed WHERE weight_ppm IS NOT NULL)
"""


def canonical(value: Any) -> str:
    """One text for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Bundle:
    """The files of a bundle, each as it was hashed."""

    def __init__(self, place: Path) -> None:
        self._zip = zipfile.ZipFile(place) if place.is_file() else None
        self._place = place
        self.manifest = digest(self.read("bundle.json"))
        self.about = json.loads(self.read("bundle.json"))

    def read(self, name: str) -> str:
        return self._zip.read(name).decode() if self._zip else (self._place / name).read_text(encoding="utf-8")

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.read(name))))

    def told(self, name: str) -> list[dict[str, Any]]:
        """Of a file with an object in each line."""
        return [json.loads(line) for line in self.read(name).splitlines()]

    def names(self) -> set[str]:
        found = self._zip.namelist() if self._zip else [one.name for one in self._place.iterdir()]
        return set(found) - {"bundle.json"}


def agreed(bundle: Bundle) -> list[tuple[Any, ...]]:
    """Of every pool the weight with which its log began, and its operator's rates with the seconds between which runs were placed by them.

    As leaders wrote them down with the rules. A rate that was unknown is the one that was known first.
    """
    if "operators.csv" not in bundle.names():
        return []
    operators = {row["path"]: row["operator"] for row in bundle.rows("operators.csv")}
    weights: dict[str, int] = {}
    since: list[int] = []
    rates: list[dict[str, Any]] = []
    for one in json.loads(bundle.read("rules.json")):
        weights = {**one["text"].get("billing_weight_ppm", {}), **weights}
        terms = one["text"].get("terms")
        if terms is not None:
            since.append(one["since_at"] if since else -1)
            rates.append({**(rates[-1] if rates else {}), **{path: of["rate_won"] for path, of in terms.items()}})
    found = []
    for pool in bundle.rows("pools.csv"):
        path = pool["path"]
        first = next((one[path] for one in rates if one.get(path) is not None), None)
        known = False
        for at, (begin, end) in enumerate(zip(since, [*since[1:], 1 << 62], strict=False)):
            known = known or rates[at].get(path) is not None
            weight = 0 if int(pool["away"]) else weights.get(path)
            found.append((int(pool["pool"]), operators.get(path, ""), weight, begin, end, rates[at].get(path) if known else first))
    return found


def load(bundle: Bundle) -> sqlite3.Connection:
    """Events, pools, what is agreed of them, and jobs, as tables."""
    store = sqlite3.connect(":memory:")
    for table, name in (("event", "events.csv"), ("pool", "pools.csv"), ("job", "jobs.csv")):
        rows = bundle.rows(name)
        names = [one for one in (rows[0] if rows else ("job", "act", "project")) if one != "path"]
        store.execute(f"CREATE TABLE {table} ({', '.join(f'{one} INTEGER' for one in names)})")
        marks = ", ".join("?" * len(names))
        store.executemany(f"INSERT INTO {table} VALUES ({marks})", ([int(row[one]) for one in names] for row in rows))
    store.execute("CREATE TABLE agreed (pool INTEGER, operator, weight_ppm INTEGER, since INTEGER, until INTEGER, rate_won INTEGER)")
    store.executemany("INSERT INTO agreed VALUES (?, ?, ?, ?, ?, ?)", agreed(bundle))
    store.execute("CREATE INDEX event_i ON event(attempt, kind)")
    store.execute("CREATE UNIQUE INDEX event_s ON event(seq)")
    store.executescript(SQL)
    return store


def recomputed(store: sqlite3.Connection, since: int, until: int) -> dict[tuple[int, str], int]:
    """Milli-device-seconds by pool and line."""
    found: dict[tuple[int, str], int] = {}
    for pool, line, amount in store.execute(LINES, {"since": since, "until": until}):
        name = line
        if line[1:].isdigit():
            name = MODES[int(line[1:])] if line[0] == "m" else FREE[int(line[1:]) - 8]
        found[pool, name] = amount or 0
    for pool in {pool for pool, _ in found}:  # an end that is told late claims seconds that nobody saw busy: no more is lost than was
        left = found.get((pool, "busy"), 0)
        for line in LOST:
            found[pool, line] = min(found.get((pool, line), 0), left)
            left -= found[pool, line]
    return found


def claimed(bundle: Bundle) -> dict[tuple[int, str], int]:
    """The same lines as the ledger says them, busy ones under one name."""
    found: dict[tuple[int, str], int] = {}
    for row in bundle.rows("lines.csv"):
        pool, line, amount = int(row["pool"]), row["line"], int(row["milli_device_s"])
        name = "busy" if line == "productive" else line
        found[pool, name] = found.get((pool, name), 0) + amount
        if line in LOST:
            found[pool, "busy"] = found.get((pool, "busy"), 0) + amount
    return found


def rates(lines: dict[tuple[int, str], int]) -> dict[str, float]:
    """Operating rate and occupancy."""

    def total(*names: str) -> int:
        return sum(amount for (_, line), amount in lines.items() if line in names)

    available = total(*FREE, "dispatch", "busy")
    installed = available + total("unfunded", "unpowered", "unobserved", "failed", "maintenance")
    return {"operating rate": total("busy") / max(1, installed), "occupancy": total("busy") / max(1, available)}


def changed(bundle: Bundle) -> tuple[list[str], list[str]]:
    """What of log and files is not as it was exported and sealed, and every head as log, acts and what stands beside them give it."""
    lines, found, given = bundle.read("events.csv").splitlines()[1:], [], []
    files = bundle.about["files"]
    hashes = {name: digest(bundle.read(name)) for name in bundle.names()}
    found += [f"{name} is not the file of the manifest" for name in sorted(hashes.keys() | files) if hashes.get(name) != files.get(name)]
    marks = bundle.read("marks.txt").split()
    for line, mark in zip(lines, marks, strict=False):
        if not digest(line).startswith(mark):
            found.append(f"row {line.partition(',')[0]} of the log is not the one that was exported")
    if len(lines) != len(marks):
        found.append(f"{len(lines)} rows of the log, {len(marks)} were exported")
    seals = {int(row["last"]): row for row in bundle.rows("seals.csv")}
    whole = head = b""
    hour = -1
    for seq, line in enumerate(lines):
        seen = int(line.rpartition(",")[2]) // HOUR_S
        if seen > hour >= 0 and seq - 1 not in seals:
            found.append(f"no seal ends with row {seq - 1}, where an hour of the log was over")
        hour = seen
        whole, head = (hashlib.sha256(one + line.encode()).digest() for one in (whole, head))
        if seq in seals:
            if seals[seq]["also"]:
                head = hashlib.sha256(head + hashlib.sha256(seals[seq]["also"].encode()).digest()).digest()
            given.append(head.hex())
            if head.hex() != seals[seq]["head"]:
                found.append("rows {first} to {last} of the log are not those of seal {number}".format(**seals[seq]))
                head = bytes.fromhex(seals[seq]["head"])
    if whole.hex() != bundle.about["head"]:
        found.append("the log is not the one whose hash the bundle names")
    return found, given


def acted(bundle: Bundle, store: sqlite3.Connection) -> list[str]:
    """Acts that are not those of the seals, and rows about people that are not what the last act on them left."""
    found, chain, chains = [], b"", [""]
    said: dict[str, str] = {}
    acts = bundle.told("acts.jsonl")
    for number, one in enumerate(acts):
        fields = {name: digest(canonical(value)) for name, value in one["shown"].items()} | one["hidden"]
        line = canonical([number, one["key"], one["act"], one["actor"], one["at"], fields])
        chain = hashlib.sha256(chain + line.encode()).digest()
        chains.append(chain.hex())
        if one["act"] == "note":
            said |= one["shown"].get("rows", {})
    pools = bundle.read("pools.csv").splitlines()[1:]
    for row in bundle.rows("seals.csv"):
        if not row["also"]:
            continue
        also = json.loads(row["also"])
        count, head = also["acts"]
        if count >= len(chains) or chains[count] != head:
            found.append(f"the first {count} acts are not those of seal {row['number']}")
        count, head = also["pools"]
        if digest("\n".join(pools[:count])) != head:
            found.append(f"the first {count} pools are not those of seal {row['number']}")
    stands = {one["row"]: one["told"] for one in bundle.told("rows.jsonl")}
    said = {name: left for name, left in said.items() if left and name.partition("/")[0] in HASHED}
    for name in sorted(stands.keys() | said.keys()):
        left = digest(canonical([name.partition("/")[0], stands[name]]))[:32] if name in stands else ""
        if left != said.get(name):
            found.append(f"{name} is not what the last act on it left")
    heads = {row["head"] for row in bundle.rows("seals.csv")}
    for name, told in stands.items():
        if name.startswith("settlement/") and told["body"].get("head") not in (None, "", *heads):
            found.append(f"{name} was signed under a head that no seal has")
    for job, act, project in store.execute("SELECT job, act, project FROM job"):
        asked: dict[str, Any] = acts[act] if act < len(acts) else {"act": "submit", "shown": {"project": -1}}
        if asked["act"] == "submit" and asked["shown"]["project"] != project:
            found.append(f"job {job} is not of act {act}")
    return found


def earned(bundle: Bundle, store: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """Credits of projects and service of operators that are not what the runs of the log give; and what cannot be told."""
    if "used.csv" not in bundle.names() or not store.execute("SELECT COUNT(*) FROM agreed").fetchone()[0]:
        return [], ["credits by project and service by operator: the bundle ends before the log did, or nobody wrote down what is agreed"]
    ours = {name: amount for name, amount in store.execute(WORTH, {"until": bundle.about["until"]}) if amount}
    theirs = {row["of"]: int(row["amount"]) for row in bundle.rows("used.csv") if int(row["amount"])}
    return [
        f"{name}: {ours.get(name, 0)} recomputed, {theirs.get(name, 0)} claimed (micro-credits of a project, won of an operator)"
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name, 0) != theirs.get(name, 0)
    ], []


def misjudged(bundle: Bundle, store: sqlite3.Connection) -> list[str]:
    """Choices that the log does not make, those that are not told of, and rules that are not what their name says."""
    made = {row[0]: row[1:] for row in store.execute("SELECT seq, kind, job, attempt, pool FROM event WHERE kind IN (8, 9, 10)")}
    choices = bundle.rows("choices.csv")
    told = {int(row["seq"]): tuple(int(row[name]) for name in ("kind", "job", "attempt", "pool")) for row in choices}
    found = [f"choice {seq} is not the one of the log" for seq in sorted(made.keys() | told.keys()) if made.get(seq) != told.get(seq)]
    rules = {}
    for one in json.loads(bundle.read("rules.json")):
        rules[one["name"]] = one["since_seq"]
        if hashlib.sha256(json.dumps(one["text"], sort_keys=True, ensure_ascii=False).encode()).hexdigest() != one["hash"]:
            found.append(f"rules {one['name']} are not those of their hash")
    sealed: list[Any] = []
    terms: list[list[int]] = []
    last = -1
    for seal in (row for row in bundle.rows("seals.csv") if row["also"]):
        also, last = json.loads(seal["also"]), int(seal["last"])
        sealed, terms = also["rules"], terms + also["terms"]
    if [[one["since_seq"], one["since_at"], one["hash"]] for one in json.loads(bundle.read("rules.json"))][: len(sealed)] != sealed:
        found.append("the rules are not those of the last seal")
    for row in choices:
        led = max((one for one in terms if one[0] <= int(row["seq"])), default=[0, 0])[1]
        if (int(row["seq"]) <= last and led and int(row["term"]) != led) or int(row["term"]) < led:
            found.append(f"choice {row['seq']} was not made in term {row['term']}")
    by = {row["seq"]: max((one for one in rules if rules[one] <= int(row["seq"])), key=rules.__getitem__, default="") for row in choices}
    return found + [f"choice {row['seq']} was made by other rules than {row['rules']}" for row in choices if row["rules"] != by[row["seq"]]]


def sample(place: str, count: int, seed: int) -> int:
    """Accelerator-hours, each as likely as any other: draw k is the place SHA-256("SEED:k") mod B on the line of B milli-device-seconds."""
    bundle = Bundle(Path(place))
    line = load(bundle).execute(BUSY, {"since": bundle.about["since"], "until": bundle.about["until"]}).fetchall()
    total = sum((end - begin) * milli for _, begin, end, milli in line)
    for k in range(count if total else 0):
        left = int.from_bytes(hashlib.sha256(f"{seed}:{k}".encode()).digest(), "big") % total
        for attempt, begin, end, milli in line:
            if left < (end - begin) * milli:
                print(f"draw {k}: attempt {attempt}, second {begin + left // milli}, device {left % milli // 1000}")
                break
            left -= (end - begin) * milli
    return 0


def unchecked(bundle: Bundle, heads: tuple[str, ...]) -> list[str]:
    """What this run leaves to be believed."""
    seals = bundle.rows("seals.csv")
    rows = int(seals[-1]["last"]) + 1 if seals else 0
    acts = json.loads(seals[-1]["also"])["acts"][0] if seals and seals[-1]["also"] else 0
    less = len(bundle.read("events.csv").splitlines()) - 1 - rows, len(bundle.told("acts.jsonl")) - acts
    found = [] if heads else ["whether log and bundle are those of the service: name heads or manifests that it handed out with --head"]
    if any(less):
        found.append(f"{less[0]} rows and {less[1]} acts since the last seal stand under the manifest alone")
    return found


def say(text: str) -> None:
    """A line of our own, whatever a bundle has for names: no name clears the screen or writes a second line."""
    print("".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text))


def main(place: str, heads: tuple[str, ...] = ()) -> int:
    """Say what was recomputed, what of it is not as claimed, and what was not checked."""
    try:
        bundle = Bundle(Path(place))
        store = load(bundle)
        (broken, given), seals = changed(bundle), bundle.rows("seals.csv")
        worth, untold = earned(bundle, store)
        broken += [*misjudged(bundle, store), *acted(bundle, store), *worth]
        untold += unchecked(bundle, heads)
    except (OSError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile, sqlite3.Error) as error:
        say(f"{place} cannot be read as a bundle: {error}")
        return 2
    broken += [f"head {one} is of no seal of this log, and not the manifest" for one in heads if one not in (*given, bundle.manifest)]
    since, until = bundle.about["since"], bundle.about["until"]
    ours, theirs = recomputed(store, since, until), claimed(bundle)
    wrong = [
        (key, ours.get(key, 0), theirs.get(key, 0)) for key in sorted(ours.keys() | theirs.keys()) if ours.get(key, 0) != theirs.get(key, 0)
    ]
    for (pool, line), mine, said in wrong:
        say(f"pool {pool}, {line}: {mine} recomputed, {said} claimed (milli-device-seconds)")
    gaps = store.execute(SPLITS).fetchall()
    for pool, second, gap in gaps:
        say(f"pool {pool}, second {second}: the log splits {gap} milli-devices more than are free")
    for other in broken[:TOLD]:
        say(other)
    say(f"last seal: rows up to {seals[-1]['last']}, head {seals[-1]['head']}" if seals else "no seal: no hour of this log was over")
    say(f"manifest {bundle.manifest}")
    for name, rate in rates(ours).items():
        say(f"{name}: {rate:.6%} recomputed, {rates(theirs)[name]:.6%} claimed")
    for one in (*untold, *ALWAYS):
        say(f"not checked: {one}")
    rows = store.execute("SELECT COUNT(*) FROM event").fetchone()[0]
    say(f"{rows} rows of the log, {len(ours)} lines: {'not as claimed' if wrong or gaps or broken else 'as claimed'}")
    return 1 if wrong or gaps or broken else 0


if __name__ == "__main__":
    if len(sys.argv) == 5 and sys.argv[2] == "sample":
        sys.exit(sample(sys.argv[1], int(sys.argv[3]), int(sys.argv[4])))
    if len(sys.argv) < 2 or len(sys.argv) % 2 or any(word != "--head" for word in sys.argv[2::2]):
        print(__doc__)
        sys.exit(2)
    sys.exit(main(sys.argv[1], tuple(word.strip().lower() for word in sys.argv[3::2])))
