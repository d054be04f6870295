"""The table of commands. Each is imported only when it is called; its line of help stands in `phrases_cli`, in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """`path` as typed, blanks between levels; `target` is `module:function`; empty for a group."""

    path: str
    target: str

    @property
    def key(self) -> str:
        """The phrase that says what it does."""
        return "command." + self.path.replace(" ", ".")


COMMANDS: tuple[Command, ...] = (
    Command("demo", "dure.cli.demo:demo"),
    Command("check", "dure.cli.check:check"),
    Command("schema", "dure.cli.check:schema"),
    Command("catalog", "dure.cli.catalog:catalog"),
    Command("catalog fleets", "dure.cli.catalog_fleets:fleets"),
    Command("catalog tariffs", "dure.cli.catalog_tariffs:tariffs"),
    Command("twin", ""),
    Command("twin run", "dure.cli.twin:run"),
    Command("twin compare", "dure.cli.twin_compare:compare"),
    Command("twin why", "dure.cli.twin_why:why"),
    Command("twin funding", "dure.cli.twin_funding:funding"),
    Command("trace", ""),
    Command("trace info", "dure.cli.trace:info"),
    Command("trace convert", "dure.cli.trace:convert"),
    Command("trace generate", "dure.cli.trace:generate"),
    Command("trace profile", "dure.cli.trace:profile"),
    Command("plan", ""),
    Command("plan run", "dure.cli.plan_run:run"),
    Command("plan risk", "dure.cli.plan_risk:risk"),
    Command("plan cost", "dure.cli.plan_cost:cost"),
    Command("plan diff", "dure.cli.plan_diff:diff"),
    Command("plan front", "dure.cli.plan_choices:front"),
    Command("plan ranges", "dure.cli.plan_choices:ranges"),
    Command("plan alternatives", "dure.cli.plan_choices:alternatives"),
    Command("plan values", "dure.cli.plan_choices:values"),
    Command("plan award", "dure.cli.plan_award:award"),
    Command("plan fleet", "dure.cli.plan_fleet:fleet"),
    Command("demand", ""),
    Command("demand project", "dure.cli.demand_project:project"),
    Command("study", "dure.cli.study:study"),
    Command("jobs", ""),
    Command("jobs explain", "dure.cli.jobs_explain:explain"),
    Command("serve", "dure.cli.serve:serve"),
    Command("broker", "dure.cli.serve:broker"),
    Command("login", "dure.cli.login:login"),
    Command("whoami", "dure.cli.login:whoami"),
    Command("submit", "dure.cli.jobs_submit:submit"),
    Command("ps", "dure.cli.jobs_look:ps"),
    Command("logs", "dure.cli.jobs_look:logs"),
    Command("why", "dure.cli.jobs_look:why"),
    Command("cancel", "dure.cli.jobs_act:cancel"),
    Command("rerun", "dure.cli.jobs_submit:rerun"),
    Command("fetch", "dure.cli.jobs_act:fetch"),
    Command("usage", "dure.cli.jobs_look:usage"),
    Command("sites", "dure.cli.jobs_look:sites"),
    Command("rate", "dure.cli.rate:rate"),
    Command("report", "dure.cli.report:report"),
    Command("validate", "dure.cli.validate:validate"),
)


def children(group: str = "") -> tuple[Command, ...]:
    """Commands directly below a group; below the root when it is empty."""
    depth = len(group.split()) + 1
    return tuple(one for one in COMMANDS if len(one.path.split()) == depth and one.path.startswith(f"{group} " if group else ""))
