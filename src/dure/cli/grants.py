"""`dure grants`: what projects hold, what holders were told about under-use, and what they owe."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from dure.cli.catalog_print import print_facts, print_table, wrapped
from dure.cli.context import at_least, put_json, words
from dure.cli.projects import Json, Limit
from dure.cli.remote import client
from dure.cli.sent import sent
from dure.model.errors import InputError

Number = Annotated[int, Parameter(help="number of the grant")]


def listed(
    *,
    project: Annotated[str | None, Parameter(metavar="NAME", help="only this project")] = None,
    limit: Limit = 100,
    json: Json = False,
) -> None:
    """Those that you may see, newest first."""
    from dure.present.people_tables import grants_table
    from dure.wire import people_api as api

    at_least("--limit", limit)
    params = [("limit", str(min(limit, 1_000))), *([("project", project)] if project is not None else [])]
    with client() as one:
        found = one.get("/grants", api.Grants, params)
    if json:
        put_json(found.model_dump())
    elif found.grants:
        print_table(grants_table(found.grants, words()), wrap=("what",))
    else:
        print(words()("grants.none"))


def show(grant: Number, /, *, json: Json = False) -> None:
    """With what its holder was told, and owes."""
    from dure.present.people_tables import grant_facts, payments_table, warnings_table
    from dure.wire import people_api as api

    with client() as one:
        found = one.get(f"/grants/{grant}", api.Grant)
        told = one.get(f"/grants/{grant}/warnings", api.Warnings)
        paid = one.get(f"/grants/{grant}/payments", api.Payments)
    if json:
        put_json({**found.model_dump(), **told.model_dump(), **paid.model_dump()})
        return
    say = words()
    print_facts(say("grants.one", id=found.id, project=found.project), grant_facts(found, say))
    if told.warnings:
        print_table(warnings_table(told.warnings, say), wrap=("answer",))
    if paid.payments:
        print_table(payments_table(paid, say))


def lend(
    grant: Number,
    switch: Annotated[Literal["on", "off"], Parameter(help="on: idle servers serve others' jobs, and come back within the notice")],
    /,
    *,
    json: Json = False,
) -> None:
    """Lent hours are never charged to the holder."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.LendRequest, {"lent": switch == "on"})
    with client() as one:
        found = one.post(f"/grants/{grant}/lend", api.Grant, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        print(words()(f"grants.lent_{switch}", id=grant))


def give_back(grant: Number, /, *, json: Json = False) -> None:
    """End a grant before its term."""
    from dure.wire import people_api as api

    with client() as one:
        found = one.post(f"/grants/{grant}/return", api.Grant)
    if json:
        put_json(found.model_dump())
    else:
        print(words()("grants.returned", id=grant))


def budget(
    grant: Number,
    won: Annotated[str, Parameter(help="won in all, more than before")],
    /,
    *,
    json: Json = False,
) -> None:
    """Nothing beyond it is ever owed: work stops there."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.BudgetRequest, {"budget": won})
    with client() as one:
        found = one.post(f"/grants/{grant}/budget", api.Grant, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        say = words()
        print(say("grants.budget_raised", id=grant, won=say.won_exact(found.budget_won)))


def answer(
    grant: Number,
    text: Annotated[str, Parameter(help="your answer, one line")],
    /,
    *,
    json: Json = False,
) -> None:
    """To the last warning or recall, until the day that it names."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.AnswerRequest, {"text": text})
    with client() as one:
        found = one.post(f"/grants/{grant}/answer", api.Done, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        print(wrapped(words()("grants.answered", id=grant)))


def watch(
    *,
    act: Annotated[bool, Parameter(name="--do", help="warn, recall and take back as it says")] = False,
    use_least: Annotated[str | None, Parameter(metavar="SHARE", help="preview: own use below which a window is under-used")] = None,
    window: Annotated[str | None, Parameter(metavar="TIME", help="preview: length of a window")] = None,
    windows: Annotated[int | None, Parameter(help="preview: under-used windows in a row")] = None,
    grace: Annotated[str | None, Parameter(metavar="TIME", help="preview: from the begin of a term, does not count")] = None,
    json: Json = False,
) -> None:
    """By the programme's rule (`policy.watch`); other options show what another rule would say. Without --do nothing is done."""
    from dure.present.people_tables import watch_table
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    named = {"use_least": use_least, "window": window, "windows": windows, "grace": grace}
    named = {name: value for name, value in named.items() if value is not None}
    sent(requests.WatchPreview, named)
    if act and named:
        raise InputError(words()("watch.rule_own"), remedy=words()("watch.rule_own.remedy"))
    params = [(name, str(value)) for name, value in named.items()]
    with client() as one:
        found = one.post("/grants/watch", api.Watch, "{}") if act else one.get("/grants/watch", api.Watch, params)
    if json:
        put_json(found.model_dump())
    elif found.grants:
        print_table(watch_table(found, words()), wrap=("why",))
    else:
        print(words()("watch.none"))


def judge(
    grant: Number,
    verdict: Annotated[Literal["accept", "reject"], Parameter(help="whether the answer excuses the holder for a while")],
    /,
    *,
    json: Json = False,
) -> None:
    """For the programme office."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.JudgeRequest, {"accepted": verdict == "accept"})
    with client() as one:
        found = one.post(f"/grants/{grant}/judge", api.Done, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        print(words()(f"grants.judged_{verdict}", id=grant))
