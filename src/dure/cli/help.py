"""Help pages. The root page is written here without importing a single command; the others come from cyclopts through `HelpPage`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dure import __version__
from dure.cli.commands import COMMANDS, children
from dure.cli.context import width, words
from dure.cli.help_examples import EXAMPLES
from dure.present.layout import two_columns, wrap

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions


def root_page() -> str:
    """`dure --help`, within 0.1 s of CPU: that is why nothing is imported for it."""
    say, wide = words(), width()
    options = [
        ("--lang ko|en", say("cli.option.lang")),
        ("--version", say("cli.option.version")),
        ("--help, -h", say("cli.option.help")),
    ]
    commands = [(one.path, say(one.key)) for one in children()]
    left = max(len(label) for label, _ in (*options, *commands))
    return "\n".join(
        [
            f"dure {__version__} · {say('cli.slogan')}",
            "",
            say("cli.usage", command=f"dure {say('cli.command')} {say('cli.options_word')}"),
            "",
            say("cli.commands"),
            two_columns([(label.ljust(left), text) for label, text in commands], wide),
            "",
            say("cli.options"),
            two_columns([(label.ljust(left), text) for label, text in options], wide),
            "",
            *wrap(say("cli.exit_codes"), wide),
        ]
    )


class HelpPage:
    """Cyclopts' help formatter in dure's layout: plain columns, translated, the same on a terminal and in a file."""

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        say = words()
        text = _plain(usage).removeprefix("Usage: ").strip()
        for english, key in (("COMMAND", "cli.command"), ("[OPTIONS]", "cli.options_word")):
            text = text.replace(english, say(key))
        path = max((one.path for one in COMMANDS if f"{text} ".startswith(f"dure {one.path} ")), key=len, default="")
        print(say("cli.usage", command=text))
        if path in EXAMPLES:
            print(say("cli.example", command=EXAMPLES[path]))
        print()

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:
        text = _plain(description)
        if text:
            print("\n".join(wrap(text, width())) + "\n")

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        say = words()
        entries = [entry for entry in panel.entries if not _is_own_flag(entry)]
        if not entries:
            return
        if panel.format == "command":
            rows = [(", ".join(entry.display_labels), _plain(entry.description)) for entry in entries]
        else:
            rows = [(", ".join(entry.display_labels_with_metavar), self._text(entry)) for entry in entries]
        title = "cli.commands" if panel.format == "command" else "cli.arguments" if _plain(panel.title) == "Arguments" else "cli.options"
        print(say(title))
        print(two_columns(rows, width()) + "\n")

    def _text(self, entry: HelpEntry) -> str:
        say = words()
        notes = [say("cli.required")] if entry.required else []
        if entry.choices:
            notes.append(say("cli.choices", choices=", ".join(entry.choices)))
        if entry.default and entry.default not in ("()", "False", "None"):
            notes.append(say("cli.default", value=entry.default))
        text = say.help(_plain(entry.description))
        return f"{text} ({'; '.join(notes)})" if notes else text


def _is_own_flag(entry: HelpEntry) -> bool:
    """`--help` and `--version` are said once, on the root page."""
    return set(entry.names) <= {"--help", "--version"} and bool(entry.names)


def _plain(value: Any) -> str:
    """Text of what cyclopts hands over: a string, or a rich text that wraps one."""
    if value is None:
        return ""
    for name in ("plain", "primary_renderable"):
        inner = getattr(value, name, None)
        if inner is not None:
            return _plain(inner)
    return str(value).strip()
