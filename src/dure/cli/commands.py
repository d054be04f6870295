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
    Command("usage export", "dure.cli.usage_export:export"),
    Command("sites", "dure.cli.jobs_look:sites"),
    Command("settle", "dure.cli.books:settle"),
    Command("books", "dure.cli.books:books"),
    Command("programme", ""),
    Command("programme access", "dure.cli.books:access"),
    Command("nodes", ""),
    Command("nodes list", "dure.cli.nodes:listed"),
    Command("nodes drain", "dure.cli.nodes:drain"),
    Command("nodes resume", "dure.cli.nodes:resume"),
    Command("rules", "dure.cli.nodes:rules"),
    Command("rate", "dure.cli.rate:rate"),
    Command("projects", ""),
    Command("projects apply", "dure.cli.projects:apply"),
    Command("projects list", "dure.cli.projects:listed"),
    Command("projects show", "dure.cli.projects:show"),
    Command("projects add", "dure.cli.projects:add"),
    Command("projects remove", "dure.cli.projects:remove"),
    Command("projects stop", "dure.cli.projects:stop"),
    Command("projects quota", "dure.cli.projects:quota"),
    Command("grants", ""),
    Command("grants list", "dure.cli.grants:listed"),
    Command("grants show", "dure.cli.grants:show"),
    Command("grants lend", "dure.cli.grants:lend"),
    Command("grants return", "dure.cli.grants:give_back"),
    Command("grants budget", "dure.cli.grants:budget"),
    Command("grants answer", "dure.cli.grants:answer"),
    Command("grants watch", "dure.cli.grants:watch"),
    Command("grants judge", "dure.cli.grants:judge"),
    Command("calls", ""),
    Command("calls list", "dure.cli.calls:listed"),
    Command("calls show", "dure.cli.calls:show"),
    Command("calls make", "dure.cli.calls:make"),
    Command("calls close", "dure.cli.calls:close"),
    Command("calls applications", "dure.cli.calls:applications"),
    Command("calls withdraw", "dure.cli.calls:withdraw"),
    Command("calls review", "dure.cli.calls:review"),
    Command("calls ranking", "dure.cli.calls:ranking"),
    Command("calls sign", "dure.cli.calls:sign"),
    Command("calls redistribute", "dure.cli.calls:redistribute"),
    Command("people", ""),
    Command("people list", "dure.cli.people:persons"),
    Command("people add", "dure.cli.people:add_person"),
    Command("people role", "dure.cli.people:role"),
    Command("people erase", "dure.cli.people:erase"),
    Command("organisations", ""),
    Command("organisations list", "dure.cli.people:organisations"),
    Command("organisations add", "dure.cli.people:add_organisation"),
    Command("tokens", ""),
    Command("tokens make", "dure.cli.tokens:make"),
    Command("tokens list", "dure.cli.tokens:listed"),
    Command("tokens revoke", "dure.cli.tokens:revoke"),
    Command("report", "dure.cli.report:report"),
    Command("audit", ""),
    Command("audit export", "dure.cli.audit:export"),
    Command("audit verify", "dure.cli.audit:verify"),
    Command("store", ""),
    Command("store backup", "dure.cli.store:backup"),
    Command("store restore", "dure.cli.store:restore"),
    Command("store adopted", "dure.cli.store:adopted"),
    Command("store rebuild", "dure.cli.store:rebuild"),
    Command("store seals", "dure.cli.store:seals"),
    Command("validate", "dure.cli.validate:validate"),
)


def children(group: str = "") -> tuple[Command, ...]:
    """Commands directly below a group; below the root when it is empty."""
    depth = len(group.split()) + 1
    return tuple(one for one in COMMANDS if len(one.path.split()) == depth and one.path.startswith(f"{group} " if group else ""))
